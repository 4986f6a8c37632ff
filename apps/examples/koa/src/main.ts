import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import Router from '@koa/router'
import { caches } from '@watchman/cache' // watchman
import { keyvProbe } from '@watchman/cache/keyv' // watchman
import { createWatchman } from '@watchman/core' // watchman
import { koaHandler } from '@watchman/koa' // watchman
import { storage } from '@watchman/storage' // watchman
import { fsProbe } from '@watchman/storage/fs' // watchman
import Keyv from 'keyv'
import Koa from 'koa'
import session from 'koa-session'
import { pino } from 'pino'

const { PORT = '3000', UPLOADS = 'uploads', SESSION_SECRET = 'only for this example' } = process.env
mkdirSync(UPLOADS, { recursive: true })
const cache = new Keyv<string[]>({ ttl: 1000 })
const logger = pino()

async function listFiles(): Promise<string[]> {
  const known = await cache.get('files')
  if (known) return known
  const files = await readdir(UPLOADS)
  await cache.set('files', files)
  return files
}

const app = new Koa()
app.keys = [SESSION_SECRET]

app.use(async ({ method, path, response }, next) => {
  await next()
  logger.info({ method, path, status: response.status })
})

app.use(async (context, next) => {
  try {
    await next()
  } catch (error) {
    logger.error(error)
    context.status = 500
    context.body = '<h1>Something went wrong</h1>'
  }
})

// watchman ↓ before the sessions, so that it answers while their store does not
const watchman = createWatchman({
  checks: [caches({ default: keyvProbe(cache) }), storage(fsProbe(UPLOADS))],
  tokens: process.env.WATCHMAN_TOKENS,
  logger,
})
app.use(koaHandler(watchman, { prefix: '/watchman' }))
// watchman ↑

app.use(session(app))

const router = new Router()

router.get('/', async (context) => {
  const visits = (context.session?.visits ?? 0) + 1
  if (context.session) context.session.visits = visits
  const files = await listFiles()
  context.body = { visits, files }
})

router.get('/broken', () => {
  throw new Error('broken on purpose')
})

app.use(router.routes())

const server = app.listen(Number(PORT), '127.0.0.1', () => logger.info(`http://127.0.0.1:${PORT}/`))
process.once('SIGTERM', () => server.close())
