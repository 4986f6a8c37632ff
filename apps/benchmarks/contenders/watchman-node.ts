import { createServer } from 'node:http'
import { nodeHandler } from '@watchman/node'
import { address } from './clients.ts'
import { watchman } from './watchman.ts'

createServer(nodeHandler(watchman, { prefix: '/health' })).listen(address)
