import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { createWatchman } from '@watchman/core'
import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
import { pool, redis } from './clients.ts'

// The harness runs each app twice: with the default, and with 0.
const policy = process.env.TTL ? { ttl: Number(process.env.TTL) } : {}

export const watchman = createWatchman({
  checks: [databases({ default: pgProbe(pool) }, policy), caches({ default: ioredisProbe(redis) }, policy)],
})
