import { createServer } from 'node:http'
import { address, askCache, askDatabase } from './clients.ts'

createServer(async (_request, response) => {
  const [database, cache] = await Promise.allSettled([askDatabase(), askCache()])
  const isWell = database.status === 'fulfilled' && cache.status === 'fulfilled'
  response.writeHead(isWell ? 200 : 500, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ database: database.status, cache: cache.status }))
}).listen(address)
