import { fastifyHandler } from '@watchman/fastify'
import fastify from 'fastify'
import { address } from './clients.ts'
import { watchman } from './watchman.ts'

const app = fastify()
app.register(fastifyHandler(watchman), { prefix: '/health' })
await app.listen(address)
