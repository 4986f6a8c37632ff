const { mkdirSync } = require('node:fs')
const { readdir } = require('node:fs/promises')
const express = require('express')
const session = require('express-session')
const Keyv = require('keyv')
const morgan = require('morgan')
const { caches } = require('@watchman/cache') // watchman
const { keyvProbe } = require('@watchman/cache/keyv') // watchman
const { createWatchman } = require('@watchman/core') // watchman
const { expressHandler } = require('@watchman/express') // watchman
const { storage } = require('@watchman/storage') // watchman
const { fsProbe } = require('@watchman/storage/fs') // watchman

const { PORT = '3000', UPLOADS = 'uploads', SESSION_SECRET = 'only for this example' } = process.env
mkdirSync(UPLOADS, { recursive: true })
const cache = new Keyv({ ttl: 1000 })

async function listFiles() {
  const known = await cache.get('files')
  if (known) return known
  const files = await readdir(UPLOADS)
  await cache.set('files', files)
  return files
}

const app = express()
app.use(morgan('short'))

// watchman ↓ before the sessions, so that it answers while their store does not
const watchman = createWatchman({
  checks: [caches({ default: keyvProbe(cache) }), storage(fsProbe(UPLOADS))],
  tokens: process.env.WATCHMAN_TOKENS,
  logger: console,
})
app.use('/watchman', expressHandler(watchman))
// watchman ↑

app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }))

app.get('/', async (request, response, next) => {
  try {
    request.session.visits = (request.session.visits || 0) + 1
    const files = await listFiles()
    response.json({ visits: request.session.visits, files })
  } catch (error) {
    next(error)
  }
})

app.get('/broken', () => {
  throw new Error('broken on purpose')
})

app.use((error, _request, response, _next) => {
  console.error(error.message)
  response.status(500).send('<h1>Something went wrong</h1>')
})

const server = app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/`))
process.once('SIGTERM', () => server.close())
