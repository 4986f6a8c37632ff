import { createServer } from 'node:http'
import { createTerminus } from '@godaddy/terminus'
import { address, askCache, askDatabase } from './clients.ts'

const server = createServer((_request, response) => response.end())
createTerminus(server, {
  healthChecks: {
    '/health': () => Promise.all([askDatabase(), askCache()]),
  },
  logger: () => {},
})
server.listen(address)
