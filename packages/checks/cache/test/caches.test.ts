import { createWatchman, isWatchmanError } from '@watchman/core'
import { describeType } from '@watchman/core/driver'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import { Client } from 'memjs'
import { createClient } from 'redis'
import { describe, expect, test } from 'vitest'
import { caches } from '../src/index.ts'
import { ioredisProbe } from '../src/ioredis.ts'
import { keyvProbe } from '../src/keyv.ts'
import { memjsProbe } from '../src/memjs.ts'
import { redisProbe } from '../src/redis.ts'

const CLIENTS = {
  ioredis: new Redis({ lazyConnect: true }),
  redis: createClient(),
  memcached: Client.create('127.0.0.1:1'),
  keyv: new Keyv(),
}

const DRIVERS = [
  {
    name: 'ioredisProbe',
    expected: 'a Redis or Cluster of the ioredis package',
    make: ioredisProbe,
    client: CLIENTS.ioredis,
    options: 'prefix, readOnly',
  },
  {
    name: 'redisProbe',
    expected: 'a client of the redis package',
    make: redisProbe,
    client: CLIENTS.redis,
    options: 'prefix, readOnly',
  },
  {
    name: 'memjsProbe',
    expected: 'a Client of the memjs package',
    make: memjsProbe,
    client: CLIENTS.memcached,
    options: 'prefix',
  },
  {
    name: 'keyvProbe',
    expected: 'a Keyv of the keyv package',
    make: keyvProbe,
    client: CLIENTS.keyv,
    options: 'prefix',
  },
]

/** The error that `action` throws, as its code and message. */
function thrown(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return isWatchmanError(error) ? `${error.code} ${error.message}` : error
  }
}

/** Calls a function without type checks. */
function call(make: (...parameters: never) => unknown, ...parameters: readonly unknown[]): unknown {
  return Reflect.apply(make, undefined, parameters)
}

describe('caches', () => {
  test('answers a list of targets sorted by name', async () => {
    const check = caches({ sessions: () => Promise.reject(new Error('gone')), default: () => 'PONG' })
    const watchman = createWatchman({ checks: [check] })
    const response = await watchman.fetch(new Request('http://localhost/'))
    expect(await response.text()).toBe(
      '{"caches":[{"default":{"ok":true}},{"sessions":{"ok":false,"error":"gone"}}]}',
    )
    expect(response.status).toBe(500)
  })

  test('answers to its name, to that of django-watchman and to its aliases', async () => {
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

  test('accepts a policy for one target', async () => {
    const sessions = { probe: () => Promise.reject(new Error('gone')), critical: false }
    const watchman = createWatchman({ checks: [caches({ sessions, default: () => 'PONG' })] })
    expect(await watchman.report()).toMatchObject({ state: 'degraded' })
    const response = await watchman.fetch(new Request('http://localhost/?check=caches.sessions'))
    expect(await response.text()).toBe('{"caches":[{"sessions":{"ok":false,"error":"gone"}}]}')
    expect(response.status).toBe(200)
  })

  test.each<[string, unknown]>([
    ['expects named targets, not a function: name each, as in caches({ default: probe })', () => 1],
    ['expects named targets, not undefined: name each, as in caches({ default: probe })', undefined],
    ['expects named targets, not an array: name each, as in caches({ default: probe })', [() => 1]],
    ['has no target: name one, as in { default: probe }', {}],
  ])('%s', (message, targets) => {
    expect(thrown(() => call(caches, targets))).toBe(`INVALID_CHECK [watchman] caches ${message}`)
  })

  test('refuses options that cannot work', () => {
    const targets = { default: () => 1 }
    for (const aliases of [7, 'redis', [7]]) {
      expect(thrown(() => call(caches, targets, { aliases }))).toContain(
        'INVALID_OPTION [watchman] option aliases of caches must be an array of non-empty strings, not ',
      )
    }
    expect(thrown(() => call(caches, targets, { timeout: 0 }))).toContain('option timeout of caches must be ')
    expect(thrown(() => call(caches, targets, { timout: 1 }))).toContain('caches has no option "timout"')
  })
})

describe.each(DRIVERS)('$name(…)', ({ name, expected, make, client, options }) => {
  test('refuses everything but its own client', () => {
    const others = Object.values(CLIENTS).filter((other) => other !== client)
    for (const wrong of [undefined, null, 'redis://u:secret@h', {}, new Map(), class {}, ...others]) {
      expect(thrown(() => call(make, wrong))).toBe(
        `INVALID_OPTION [watchman] ${name}(…) expects ${expected}, not ${describeType(wrong)}`,
      )
    }
  })

  test('refuses options that cannot work', () => {
    expect(thrown(() => call(make, client, { prefx: 'a' }))).toBe(
      `INVALID_OPTION [watchman] ${name} has no option "prefx": its options are ${options}`,
    )
    for (const prefix of [1, null]) {
      expect(thrown(() => call(make, client, { prefix }))).toContain(`option prefix of ${name} must be `)
    }
    expect(call(make, client, { prefix: undefined })).toBeTypeOf('function')
  })
})

test.each(['a b', 'ä', 'p'.repeat(215), 'a\n'])(
  'memjsProbe refuses the prefix %j, which no key can have',
  (prefix) => {
    expect(thrown(() => memjsProbe(CLIENTS.memcached, { prefix }))).toContain(
      'option prefix of memjsProbe must be at most 214 visible characters of ASCII, not a string',
    )
  },
)
