import fastify from 'fastify'
import { address } from './clients.ts'
import { CONSTANT } from './constant.ts'

const app = fastify()
app.get('/health', async () => CONSTANT)
await app.listen(address)
