import express from 'express'
import actuator from 'express-actuator'
import { address, askCache, askDatabase } from './clients.ts'

const app = express()
app.use(
  actuator({
    customEndpoints: [
      {
        // Its own `health` is a constant: what asks is an endpoint of the app.
        id: 'dependencies',
        async controller(_request, response) {
          const [database, cache] = await Promise.allSettled([askDatabase(), askCache()])
          const isWell = database.status === 'fulfilled' && cache.status === 'fulfilled'
          response.status(isWell ? 200 : 503).json({ database: database.status, cache: cache.status })
        },
      },
    ],
  }),
)
app.listen(address.port, address.host)
