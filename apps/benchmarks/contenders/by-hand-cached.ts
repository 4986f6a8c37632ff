import { createServer } from 'node:http'
import { address, askCache, askDatabase } from './clients.ts'

interface Answer {
  readonly status: number
  readonly body: string
}

let running: Promise<Answer> | undefined
let expires = 0

async function run(): Promise<Answer> {
  const [database, cache] = await Promise.allSettled([askDatabase(), askCache()])
  const isWell = database.status === 'fulfilled' && cache.status === 'fulfilled'
  return {
    status: isWell ? 200 : 500,
    body: JSON.stringify({ database: database.status, cache: cache.status }),
  }
}

createServer(async (_request, response) => {
  if (Date.now() > expires) {
    expires = Date.now() + 1000
    running = run()
  }
  const answer = await running
  response.writeHead(answer?.status ?? 500, { 'Content-Type': 'application/json' })
  response.end(answer?.body)
}).listen(address)
