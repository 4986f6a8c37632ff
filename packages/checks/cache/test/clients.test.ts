import { isWatchmanError } from '@watchman/core'
import { missing, type Server, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'
import OldestRedis from 'ioredis-oldest'
import Keyv from 'keyv'
import { createClient, createClientPool } from 'redis'
import { createClient as createOldestClient } from 'redis-oldest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caches } from '../src/index.ts'
import { type IoredisClient, ioredisProbe } from '../src/ioredis.ts'
import { keyvProbe } from '../src/keyv.ts'
import { redisProbe } from '../src/redis.ts'
import { endpoint, failed, OK } from './endpoint.ts'
import { keysOf } from './server-commands.ts'

/** The message of the WatchmanError that `action` throws. */
function refusal(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (isWatchmanError(error)) return error.message
  }
  return undefined
}

/** Calls a driver without type checks. */
function call(make: (...parameters: never) => unknown, client: unknown): unknown {
  return Reflect.apply(make, undefined, [client])
}

describe('a client that is not one', () => {
  test('of redis, such as a pool, is refused with the probe that works', async () => {
    const pool = createClientPool()
    expect(refusal(() => call(redisProbe, pool))).toBe(
      '[watchman] redisProbe(…) expects a client, not a pool of them: ' +
        'use the probe (signal) => pool.execute((client) => redisProbe(client)(signal))',
    )
  })

  test('of redis, with callbacks, is refused in favour of the client that it belongs to', () => {
    expect(refusal(() => call(redisProbe, createClient().legacy()))).toBe(
      '[watchman] redisProbe(…) expects the client that legacy() was called on, not what legacy() returns',
    )
  })

  test('of redis 4, behind a Proxy that hides its state, is refused', () => {
    expect(refusal(() => redisProbe(new Proxy(createOldestClient(), {})))).toMatch(
      /^\[watchman\] redisProbe\(…\) expects a client of the redis package, not /,
    )
  })

  test('such as the class of the client, is refused', () => {
    expect(refusal(() => call(ioredisProbe, Redis))).toBe(
      '[watchman] ioredisProbe(…) expects a Redis or Cluster of the ioredis package, not a function',
    )
  })
})

describe.skipIf(missing('redis'))(`a client of Redis ${missing('redis') ?? ''}`, () => {
  let server: Server
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  test('of redis 4 works in legacyMode, with callbacks', async () => {
    const client = createOldestClient({ url: server.url, legacyMode: true })
    await client.connect()
    expect((await endpoint(caches({ default: redisProbe(client) }))()).json).toBe(OK)
    expect(await keysOf(server)).toBe(0)
    await client.disconnect()
  })

  test('of a pool of redis works as the refusal says', async () => {
    const pool = createClientPool({ url: server.url })
    await pool.connect()
    const probe = (signal: AbortSignal) => pool.execute(async (client) => redisProbe(client)(signal))
    expect((await endpoint(caches({ default: probe }, { ttl: 0 }))()).json).toBe(OK)
    expect(pool.clientsInUse).toBe(0)
    pool.destroy()
  })

  test('is asked of a function at each run, before it exists and after it was replaced', async () => {
    const state: { client?: IoredisClient | undefined } = {}
    const probe = ioredisProbe(() => state.client)
    const check = endpoint(caches({ default: probe }, { ttl: 0 }))
    expect((await check()).json).toBe(
      failed('there is no client yet: the function that ioredisProbe calls returned undefined'),
    )
    expect(probe.secrets?.()).toEqual([])
    const [first, second] = [new Redis(server.url), new OldestRedis(server.url, { password: 'hunter2-x' })]
    state.client = first
    expect((await check()).json).toBe(OK)
    first.disconnect()
    await expect.poll(async () => (await check()).json).toContain('the client has ended')
    state.client = second
    expect((await check()).json).toBe(OK)
    expect(probe.secrets?.()).toEqual(['hunter2-x'])
    second.disconnect()
  })

  test('is asked of a function for its setup warning, once it is known', async () => {
    const client = createClient({ url: server.url })
    await client.connect()
    const probe = redisProbe(() => client)
    expect(probe.setupWarning?.()).toBeUndefined()
    await probe(new AbortController().signal)
    expect(probe.setupWarning?.()).toContain("no 'error' listener")
    client.destroy()
  })

  test('fails the run, not the start, where a function returns something else', async () => {
    const probe = keyvProbe(() => new Keyv())
    expect((await endpoint(caches({ default: probe }))()).json).toBe(OK)
    const wrong = keyvProbe(() => Object.create(null))
    expect((await endpoint(caches({ default: wrong }))()).json).toContain(
      'keyvProbe(…) expects a Keyv of the keyv package',
    )
  })

  test.each([
    ['ioredis 6', () => new Redis(server.url), ioredisProbe],
    ['ioredis 5.0.0', () => new OldestRedis(server.url), ioredisProbe],
  ])('of %s works behind a Proxy', async (_, create, make) => {
    const client = create()
    expect((await endpoint(caches({ default: make(new Proxy(client, {})) }))()).json).toBe(OK)
    client.disconnect()
  })

  test('of redis 6 works behind a Proxy, and frozen', async () => {
    const client = createClient({ url: server.url })
    client.on('error', () => {})
    await client.connect()
    expect((await endpoint(caches({ default: redisProbe(new Proxy(client, {})) }))()).json).toBe(OK)
    expect((await endpoint(caches({ default: redisProbe(Object.freeze(client)) }))()).json).toBe(OK)
    client.destroy()
    expect((await endpoint(caches({ default: redisProbe(client) }))()).json).toBe(
      failed('the client is closed or was never connected: call connect()'),
    )
  })

  test('has one listener of each event, however many probes run at once', async () => {
    const client = createClient({ url: server.url })
    client.on('error', () => {})
    await client.connect()
    const runs = Array.from({ length: 12 }, async () => redisProbe(client)(new AbortController().signal))
    expect(client.listenerCount('error')).toBe(2)
    await Promise.all(runs)
    expect(client.listenerCount('error')).toBe(1)
    client.destroy()
  })
})
