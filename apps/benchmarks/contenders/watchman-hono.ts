import { serve } from '@hono/node-server'
import { honoHandler } from '@watchman/hono'
import { Hono } from 'hono'
import { address } from './clients.ts'
import { watchman } from './watchman.ts'

const app = new Hono()
app.route('/health', honoHandler(watchman))
serve({ fetch: app.fetch, hostname: address.host, port: address.port })
