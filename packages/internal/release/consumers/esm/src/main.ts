import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { createWatchman } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'
import { email } from '@watchman/email'
import { fastifyHandler } from '@watchman/fastify'
import { honoHandler } from '@watchman/hono'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { Redis } from 'ioredis'

const redis = new Redis({ host: '127.0.0.1', port: 1, lazyConnect: true, retryStrategy: () => null })
redis.on('error', () => {}) // the status endpoint reports it
const watchman = createWatchman({
  checks: [caches({ sessions: { probe: ioredisProbe(redis), critical: false } }), email(async () => {})],
  plugins: [dashboard()],
})

const hono = new Hono().route('/watchman', honoHandler(watchman))
const app = fastify()
await app.register(fastifyHandler(watchman), { prefix: '/watchman' })

const answers = [
  await (await hono.request('/watchman/?check=email')).text(),
  (await app.inject('/watchman/?check=email')).body,
  (await app.inject('/watchman/?check=caches')).headers['x-watchman-status'],
]
console.log(answers.join(' '))
await app.close()
await watchman.close()
