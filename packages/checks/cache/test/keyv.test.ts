import KeyvRedis from '@keyv/redis'
import KeyvRedisOfFive from '@keyv/redis-5'
import OldestKeyvRedis from '@keyv/redis-oldest'
import { missing } from '@watchman/servers'
import Keyv from 'keyv'
import KeyvOfFive from 'keyv-5'
import OldestKeyv from 'keyv-oldest'
import { describe, expect, test } from 'vitest'
import { caches } from '../src/index.ts'
import { type KeyvClient, keyvProbe } from '../src/keyv.ts'
import { endpoint, failed, OK } from './endpoint.ts'
import { describeRedisClient } from './redis-cases.ts'

interface Listened extends KeyvClient {
  listeners(event: 'error'): unknown[]
}

interface Kind {
  readonly name: string
  /** The commands that its adapter sends. */
  readonly commands: readonly string[]
  readonly memory: (store: Map<string, unknown>) => KeyvClient
  readonly overRedis: (url: string) => { readonly client: Listened; readonly close: () => unknown }
}

const KINDS: readonly Kind[] = [
  {
    name: 'Keyv 6',
    commands: ['set', 'get', 'unlink'],
    memory: (store) => new Keyv({ store }),
    overRedis(url) {
      const store = new KeyvRedis(url)
      return { client: new Keyv({ store }), close: () => store.disconnect(true) }
    },
  },
  {
    name: 'Keyv 5.6',
    commands: ['set', 'get', 'unlink'],
    memory: (store) => new KeyvOfFive({ store }),
    overRedis(url) {
      const store = new KeyvRedisOfFive(url)
      return { client: new KeyvOfFive({ store }), close: () => store.disconnect(true) }
    },
  },
  {
    name: 'Keyv 4.0.0',
    commands: ['set', 'get', 'unlink'],
    memory: (store) => new OldestKeyv({ store }),
    overRedis(url) {
      const store = new OldestKeyvRedis(url, { useRedisSets: false })
      return { client: new OldestKeyv({ store }), close: () => store.redis.disconnect() }
    },
  },
]

describe.skipIf(missing('redis'))(`keyv over Redis ${missing('redis') ?? ''}`, () => {
  for (const { name, commands, overRedis } of KINDS) {
    describeRedisClient({
      name,
      commands,
      killed: /"error":".*ECONNREFUSED 127/,
      async open(url) {
        const { client, close } = overRedis(url)
        client.on('error', () => {})
        return {
          probe: (options = {}) => keyvProbe(client, options),
          listeners: () => client.listeners('error').length,
          close,
        }
      },
    })
  }
})

describe.each(KINDS)('$name in memory', ({ memory }) => {
  test('answers ok and leaves nothing', async () => {
    const store = new Map<string, unknown>()
    expect((await endpoint(caches({ default: keyvProbe(memory(store)) }))()).json).toBe(OK)
    expect(store.size).toBe(0)
  })

  test('fails when the store returns another value, and still deletes the key', async () => {
    const store = new (class extends Map<string, unknown> {
      override get(key: string) {
        const envelope = JSON.stringify(super.get(key))
        return JSON.parse(envelope.replace(/[\da-f-]{36}/, 'other'))
      }
    })()
    expect((await endpoint(caches({ default: keyvProbe(memory(store)) }))()).json).toBe(
      failed('read back another value than was written'),
    )
    expect(store.size).toBe(0)
  })

  test('names the error of the store', async () => {
    const store = new (class extends Map<string, unknown> {
      override set(): never {
        throw new Error('disk full')
      }
    })()
    const { json } = await endpoint(caches({ default: keyvProbe(memory(store)) }))()
    expect(json).toMatch(/"error":"(the store did not take the value: )?disk full"/)
  })
})
