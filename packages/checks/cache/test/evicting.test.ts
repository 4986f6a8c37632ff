import KeyvRedis from '@keyv/redis'
import OldestKeyvRedis from '@keyv/redis-oldest'
import type { Probe } from '@watchman/core'
import { missing, startRedis } from '@watchman/servers'
import { waitUntil } from '@watchman/test-helpers'
import { Redis } from 'ioredis'
import OldestRedis from 'ioredis-oldest'
import Keyv from 'keyv'
import OldestKeyv from 'keyv-oldest'
import { createClient } from 'redis'
import { createClient as createClientOfFive } from 'redis-5'
import { createClient as createOldestClient } from 'redis-oldest'
import { describe, expect, test } from 'vitest'
import { ioredisProbe } from '../src/ioredis.ts'
import { keyvProbe } from '../src/keyv.ts'
import { redisProbe } from '../src/redis.ts'

interface Opened {
  readonly probe: Probe
  readonly close: () => unknown
}

const KINDS: readonly { name: string; open: (url: string) => Opened | Promise<Opened> }[] = [
  {
    name: 'ioredis 6',
    open(url) {
      const client = new Redis(url)
      return { probe: ioredisProbe(client), close: () => client.disconnect() }
    },
  },
  {
    name: 'ioredis 5.0.0',
    open(url) {
      const client = new OldestRedis(url)
      return { probe: ioredisProbe(client), close: () => client.disconnect() }
    },
  },
  {
    name: 'redis 6',
    async open(url) {
      const client = createClient({ url })
      await client.connect()
      return { probe: redisProbe(client), close: () => client.destroy() }
    },
  },
  {
    name: 'redis 5.0.0',
    async open(url) {
      const client = createClientOfFive({ url })
      await client.connect()
      return { probe: redisProbe(client), close: () => client.destroy() }
    },
  },
  {
    name: 'redis 4.2.0',
    async open(url) {
      const client = createOldestClient({ url })
      await client.connect()
      return { probe: redisProbe(client), close: () => client.disconnect() }
    },
  },
  {
    name: 'Keyv 6',
    open(url) {
      const store = new KeyvRedis(url)
      return { probe: keyvProbe(new Keyv({ store })), close: () => store.disconnect(true) }
    },
  },
  {
    name: 'Keyv 4.0.0',
    open(url) {
      const store = new OldestKeyvRedis(url, { useRedisSets: false })
      return { probe: keyvProbe(new OldestKeyv({ store })), close: () => store.redis.disconnect() }
    },
  },
]

/** Writes to a Redis until `stop` is called; `ready` resolves once it evicts keys. */
function startWriting(url: string) {
  const app = new Redis(url)
  let isStopped = false
  const write = async () => {
    while (!isStopped) {
      const pipeline = app.pipeline()
      for (let count = 0; count < 20; count += 1) {
        pipeline.set(`app:${crypto.randomUUID()}`, 'x'.repeat(10_000), 'EX', 3600)
      }
      await pipeline.exec()
    }
    app.disconnect()
  }
  const ended = write()
  return {
    evicting: () => waitUntil(async () => /evicted_keys:[1-9]/.test(await app.info('stats')), 15_000, 20),
    async stop() {
      isStopped = true
      await ended
    },
  }
}

describe.skipIf(missing('redis'))(
  `a full Redis that evicts the key that expires next ${missing('redis') ?? ''}`,
  () => {
    test.each(KINDS)('is ok a hundred times in a row for $name, while the app writes', async ({ open }) => {
      const limits = ['--maxmemory', '3mb', '--maxmemory-policy', 'volatile-ttl', '--appendonly', 'no']
      const server = await startRedis({ arguments: limits })
      const app = startWriting(server.url)
      await app.evicting()
      const { probe, close } = await open(server.url)
      const errors: unknown[] = []
      for (let count = 0; count < 100; count += 1) {
        try {
          await probe(new AbortController().signal)
        } catch (error) {
          errors.push(error)
        }
      }
      await app.stop()
      await close()
      await server.stop()
      expect(errors).toEqual([])
    })
  },
)
