import Koa from 'koa'
import { address } from './clients.ts'
import { CONSTANT } from './constant.ts'

const app = new Koa()
app.use((context) => {
  context.body = CONSTANT
})
app.listen(address.port, address.host)
