import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { createWatchman } from '@watchman/core'
import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
import { missing } from '@watchman/servers'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backends, startBackends } from '../src/backends.ts'

const REQUESTS = 1000
const TOGETHER = 32
const EACH = 4 // a run of both checks: one query, and three commands

describe.skipIf(missing('postgres') || missing('redis'))('a thousand requests', () => {
  const open: { backends?: Backends; pool?: Pool; redis?: Redis } = {}

  beforeAll(async () => {
    const backends = await startBackends()
    const pool = new Pool({ connectionString: backends.addresses.DATABASE_URL }).on('error', () => {})
    const redis = new Redis(backends.addresses.REDIS_URL).on('error', () => {})
    Object.assign(open, { backends, pool, redis })
  })
  afterAll(async () => {
    open.redis?.disconnect()
    await open.pool?.end()
    await open.backends?.stop()
  })

  /** Asks so many times, in crowds, and yields the round trips and the seconds that took. */
  async function ask(policy: { readonly ttl?: number }) {
    const { backends, pool, redis } = open
    if (!backends || !pool || !redis) throw new Error('the backends have not started')
    const watchman = createWatchman({
      checks: [
        databases({ default: pgProbe(pool) }, policy),
        caches({ default: ioredisProbe(redis) }, policy),
      ],
    })
    const request = new Request('http://localhost/')
    const before = await backends.roundTrips()
    const began = performance.now()
    const statuses = new Set<number>()
    for (let asked = 0; asked < REQUESTS; asked += TOGETHER) {
      const crowd = Array.from({ length: TOGETHER }, () => watchman.fetch(request))
      for (const { status } of await Promise.all(crowd)) statuses.add(status)
    }
    const seconds = (performance.now() - began) / 1000
    expect([...statuses]).toEqual([200])
    return { roundTrips: (await backends.roundTrips()) - before, seconds }
  }

  test('cost a run of each check for every second they take, and one more', async () => {
    const { roundTrips, seconds } = await ask({})
    expect(roundTrips).toBeGreaterThanOrEqual(EACH)
    expect(roundTrips).toBeLessThanOrEqual(EACH * (1 + Math.floor(seconds)))
  })

  test('with a ttl of 0 cost a run of each check for every crowd that asks together', async () => {
    const { roundTrips } = await ask({ ttl: 0 })
    expect(roundTrips).toBe(EACH * Math.ceil(REQUESTS / TOGETHER))
  })
})
