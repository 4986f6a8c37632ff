import { koaHandler } from '@watchman/koa'
import Koa from 'koa'
import { address } from './clients.ts'
import { watchman } from './watchman.ts'

const app = new Koa()
app.use(koaHandler(watchman, { prefix: '/health' }))
app.listen(address.port, address.host)
