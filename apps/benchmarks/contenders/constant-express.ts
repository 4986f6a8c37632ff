import express from 'express'
import { address } from './clients.ts'
import { CONSTANT } from './constant.ts'

const app = express()
app.get('/health', (_request, response) => {
  response.json(CONSTANT)
})
app.listen(address.port, address.host)
