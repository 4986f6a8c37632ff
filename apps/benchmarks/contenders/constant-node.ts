import { createServer } from 'node:http'
import { address } from './clients.ts'
import { CONSTANT } from './constant.ts'

createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(CONSTANT))
}).listen(address)
