import { createServer } from 'node:http'
import { address, askCache, askDatabase } from './clients.ts'

let running: Promise<boolean> | undefined

async function run(): Promise<boolean> {
  const outcomes = await Promise.allSettled([askDatabase(), askCache()])
  running = undefined
  return outcomes.every(({ status }) => status === 'fulfilled')
}

createServer(async (_request, response) => {
  running ??= run()
  const isWell = await running
  response.writeHead(isWell ? 200 : 500, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify({ ok: isWell }))
}).listen(address)
