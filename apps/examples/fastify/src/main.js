import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { caches } from '@watchman/cache' // watchman
import { keyvProbe } from '@watchman/cache/keyv' // watchman
import { createWatchman } from '@watchman/core' // watchman
import { fastifyHandler } from '@watchman/fastify' // watchman
import { storage } from '@watchman/storage' // watchman
import { fsProbe } from '@watchman/storage/fs' // watchman
import Fastify from 'fastify'
import Keyv from 'keyv'

const { PORT = '3000', UPLOADS = 'uploads' } = process.env
const { SESSION_SECRET = 'only for this example: use a longer one' } = process.env
mkdirSync(UPLOADS, { recursive: true })
const cache = new Keyv({ ttl: 1000 })

async function listFiles() {
  const known = await cache.get('files')
  if (known) return known
  const files = await readdir(UPLOADS)
  await cache.set('files', files)
  return files
}

const app = Fastify({ logger: true })

// watchman ↓
const watchman = createWatchman({
  checks: [caches({ default: keyvProbe(cache) }), storage(fsProbe(UPLOADS))],
  tokens: process.env.WATCHMAN_TOKENS,
  logger: app.log,
})
app.register(fastifyHandler(watchman), { prefix: '/watchman' })
// watchman ↑

// Sessions are registered for the pages only: the status endpoint above does not use them.
app.register(async (pages) => {
  await pages.register(cookie)
  await pages.register(session, {
    secret: SESSION_SECRET,
    saveUninitialized: false,
    cookie: { secure: false },
  })

  pages.setErrorHandler((error, request, reply) => {
    request.log.error(error)
    reply.code(500).type('text/html').send('<h1>Something went wrong</h1>')
  })

  pages.get('/', async (request) => {
    const visits = (request.session.get('visits') ?? 0) + 1
    request.session.set('visits', visits)
    const files = await listFiles()
    return { visits, files }
  })

  pages.get('/broken', async () => {
    throw new Error('broken on purpose')
  })
})

await app.listen({ port: Number(PORT), host: '127.0.0.1' })
process.once('SIGTERM', () => app.close())
