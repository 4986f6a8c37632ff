import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { address } from './clients.ts'
import { CONSTANT } from './constant.ts'

const app = new Hono()
app.get('/health', (context) => context.json(CONSTANT))
serve({ fetch: app.fetch, hostname: address.host, port: address.port })
