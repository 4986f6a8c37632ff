import { createWatchman, WatchmanError } from '@watchman/core'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import { Client } from 'memjs'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { caches } from '../src/index.ts'
import { ioredis } from '../src/ioredis.ts'
import { keyv } from '../src/keyv.ts'
import { memcached } from '../src/memcached.ts'
import { redis } from '../src/redis.ts'

const CLIENTS = {
  ioredis: new Redis({ lazyConnect: true }),
  redis: createClient(),
  memcached: Client.create('127.0.0.1:1'),
  keyv: new Keyv(),
}

const DRIVERS = [
  {
    name: 'ioredis',
    wants: 'a Redis or Cluster of the ioredis package',
    make: ioredis,
    client: CLIENTS.ioredis,
  },
  { name: 'redis', wants: 'a client of the redis package', make: redis, client: CLIENTS.redis },
  { name: 'memcached', wants: 'a Client of the memjs package', make: memcached, client: CLIENTS.memcached },
  { name: 'keyv', wants: 'a Keyv of the keyv package', make: keyv, client: CLIENTS.keyv },
]

/** What `action` throws, as code and message. */
function thrown(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error instanceof WatchmanError ? `${error.code} ${error.message}` : error
  }
}

/** Calls a function as one could without types. */
function call(make: unknown, ...parameters: readonly unknown[]): unknown {
  return Reflect.apply(Object(make), undefined, parameters)
}

describe('caches', () => {
  it('answers a list sorted by name, each target for itself', async () => {
    const check = caches({ sessions: () => Promise.reject(new Error('gone')), default: () => 'PONG' })
    const watchman = createWatchman({ checks: [check] })
    const response = await watchman.fetch(new Request('http://localhost/'))
    expect(await response.text()).toBe(
      '{"caches":[{"default":{"ok":true}},{"sessions":{"ok":false,"error":"gone"}}]}',
    )
    expect(response.status).toBe(500)
  })

  it('is known by its name, by that of django-watchman and by those of its policy', async () => {
    const watchman = createWatchman({ checks: [caches({ default: () => 1 }, { aliases: ['redis'] })] })
    for (const [name, status] of Object.entries({
      caches: 200,
      'watchman.checks.caches': 200,
      redis: 200,
      x: 404,
    })) {
      expect((await watchman.fetch(new Request(`http://localhost/?check=${name}`))).status).toBe(status)
    }
  })

  it.each([[() => 1], [{}], [undefined]])('refuses what is not named probes: %s', (probes) => {
    expect(thrown(() => call(caches, probes))).toMatch(
      /^INVALID_CHECK \[watchman\] caches has no target: name one/,
    )
  })
})

describe.each(DRIVERS)('$name', ({ name, wants, make, client }) => {
  it('refuses everything but its own client', () => {
    const others = Object.values(CLIENTS).filter((other) => other !== client)
    for (const wrong of [undefined, null, 'redis://u:secret@h', {}, new Map(), ...others]) {
      const kind = wrong === undefined || wrong === null ? `${wrong}` : wrong.constructor.name
      expect(thrown(() => call(make, wrong))).toBe(
        `INVALID_OPTION [watchman] ${name}(…) wants ${wants}, not ${kind}`,
      )
    }
  })

  it('refuses options that cannot work', () => {
    expect(thrown(() => call(make, client, { prefx: 'a' }))).toBe(
      `INVALID_OPTION [watchman] option prefx of ${name} must be one of prefix`,
    )
    for (const prefix of [1, null]) {
      expect(thrown(() => call(make, client, { prefix }))).toContain(`option prefix of ${name} must be `)
    }
    expect(call(make, client, { prefix: undefined })).toBeTypeOf('function')
  })
})

it.each(['a b', 'ä', 'p'.repeat(215), 'a\n'])(
  'memcached refuses the prefix %j, which no key may have',
  (prefix) => {
    expect(thrown(() => memcached(CLIENTS.memcached, { prefix }))).toContain(
      'option prefix of memcached must be at most 214 visible characters of ASCII',
    )
  },
)
