import { expressHandler } from '@watchman/express'
import express from 'express'
import { address } from './clients.ts'
import { watchman } from './watchman.ts'

const app = express()
app.use('/health', expressHandler(watchman))
app.listen(address.port, address.host)
