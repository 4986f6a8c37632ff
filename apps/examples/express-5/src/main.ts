import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { caches } from '@watchman/cache' // watchman
import { keyvProbe } from '@watchman/cache/keyv' // watchman
import { createWatchman } from '@watchman/core' // watchman
import { expressHandler } from '@watchman/express' // watchman
import { storage } from '@watchman/storage' // watchman
import { fsProbe } from '@watchman/storage/fs' // watchman
import express, { type ErrorRequestHandler } from 'express'
import session from 'express-session'
import Keyv from 'keyv'
import { pino } from 'pino'
import { pinoHttp } from 'pino-http'

declare module 'express-session' {
  interface SessionData {
    visits: number
  }
}

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

const app = express()
app.use(pinoHttp({ logger }))

// watchman ↓ before the sessions, so that it answers while their store does not
const watchman = createWatchman({
  checks: [caches({ default: keyvProbe(cache) }), storage(fsProbe(UPLOADS))],
  tokens: process.env.WATCHMAN_TOKENS,
  logger,
})
app.use('/watchman', expressHandler(watchman))
// watchman ↑

app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }))

app.get('/', async (request, response) => {
  request.session.visits = (request.session.visits ?? 0) + 1
  const files = await listFiles()
  response.json({ visits: request.session.visits, files })
})

app.get('/broken', () => {
  throw new Error('broken on purpose')
})

const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  logger.error(error)
  response.status(500).send('<h1>Something went wrong</h1>')
}
app.use(onError)

const server = app.listen(Number(PORT), '127.0.0.1', () => logger.info(`http://127.0.0.1:${PORT}/`))
process.once('SIGTERM', () => server.close())
