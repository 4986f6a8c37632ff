import underPressure from '@fastify/under-pressure'
import fastify from 'fastify'
import { address, askCache, askDatabase } from './clients.ts'

const app = fastify()
app.register(underPressure, {
  exposeStatusRoute: '/health',
  healthCheckInterval: 1000,
  async healthCheck() {
    await Promise.all([askDatabase(), askCache()])
    return true
  },
})
await app.listen(address)
