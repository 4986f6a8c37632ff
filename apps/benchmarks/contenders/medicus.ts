import { createServer } from 'node:http'
import { Medicus } from 'medicus'
import { createHttpHealthCheckHandler } from 'medicus/http.js'
import { address, askCache, askDatabase } from './clients.ts'

const medicus = new Medicus({ checkers: { database: askDatabase, cache: askCache } })
const handle = createHttpHealthCheckHandler(medicus)

createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  void handle(searchParams, response)
}).listen(address)
