import { setTimeout as sleep } from 'node:timers/promises'
import { missing, startRedis } from '@watchman/servers'
import { createClient, createCluster } from 'redis'
import { createClient as createClientOfFive } from 'redis-5'
import { createClient as createOldestClient } from 'redis-oldest'
import { describe, expect, test } from 'vitest'
import { caches } from '../src/index.ts'
import { type RedisClient, redisProbe } from '../src/redis.ts'
import { countReached, endpoint, failed, OK, recovered } from './endpoint.ts'
import { describeRedisClient } from './redis-cases.ts'
import { callsOf, sendLines } from './server-commands.ts'

/** A client, with the members that the tests use and the driver does not. */
interface Client extends RedisClient {
  connect(): Promise<unknown>
  eventNames(): (string | symbol)[]
  listenerCount(name: string | symbol): number
}

/** A client and the function that closes it, whose name differs between versions. */
interface Created {
  readonly client: Client
  readonly close: () => unknown
}

const VERSIONS: readonly { name: string; cluster?: boolean; create: (url: string) => Created }[] = [
  {
    name: 'client of redis 6',
    create(url) {
      const client = createClient({ url })
      return { client, close: () => client.isOpen && client.destroy() }
    },
  },
  {
    name: 'client of redis 5.0.0',
    create(url) {
      const client = createClientOfFive({ url })
      return { client, close: () => client.isOpen && client.destroy() }
    },
  },
  {
    name: 'client of redis 4.2.0',
    create(url) {
      const client = createOldestClient({ url })
      return { client, close: () => client.disconnect().catch(() => {}) }
    },
  },
]

const CLUSTER = {
  name: 'cluster of redis 6',
  cluster: true,
  create(url: string) {
    const client = createCluster({ rootNodes: [{ url }] })
    return { client, close: () => client.destroy() }
  },
}

describe.skipIf(missing('redis'))(`redis ${missing('redis') ?? ''}`, () => {
  for (const { create, ...kind } of [...VERSIONS, CLUSTER]) {
    describeRedisClient({
      ...kind,
      commands: ['psetex', 'get', 'del'],
      // A cluster is still ready while its nodes are away.
      killed: kind.cluster
        ? /"no answer from node 127\.0\.0\.1:\d+: (connect ECONNREFUSED 127|All the root nodes are unavailable)/
        : /"not connected \(connecting\): .*ECONNREFUSED 127/,
      async open(url) {
        const { client, close } = create(url)
        client.on('error', () => {})
        await client.connect()
        return {
          probe: (options = {}) => redisProbe(client, options),
          listeners: () => client.eventNames().reduce((sum, name) => sum + client.listenerCount(name), 0),
          close,
        }
      },
    })
  }

  describe.each(VERSIONS)('$name', ({ create }) => {
    test('reports that the client was never connected, and does not connect it', async () => {
      const { client } = create('redis://127.0.0.1:1')
      expect((await endpoint(caches({ default: redisProbe(client) }))()).json).toBe(
        failed('the client is closed or was never connected: call connect()'),
      )
      expect(client.isOpen).toBe(false)
      expect(client.listenerCount('error')).toBe(0)
    })

    test('queues nothing while the server is away', async () => {
      const server = await startRedis()
      const { client, close } = create(server.url)
      client.on('error', () => {})
      await client.connect()
      const probe = redisProbe(client)
      await probe(new AbortController().signal)
      const check = endpoint(caches({ default: probe }, { ttl: 0, timeout: 50 }))
      await server.kill()
      await sleep(50)
      for (let count = 0; count < 10; count += 1) expect((await check()).json).toContain('not connected')
      await server.restart()
      // The runs in between sent nothing. On a busy machine a run may time out after it has written.
      const { ask: counted, reached } = countReached(check)
      expect(await recovered(counted)).toBe(OK)
      expect((await callsOf(server)).psetex).toBeLessThanOrEqual(reached())
      close()
      await server.stop()
    })

    test('shows no password when it is wrong', async () => {
      const server = await startRedis({ password: 'hunter2-right' })
      const { client, close } = create(server.url.replace('right', 'wrong'))
      client.on('error', () => {})
      client.connect().catch(() => {})
      const { json } = await endpoint(caches({ default: redisProbe(client) }, { timeout: 10_000 }))()
      expect(json).toContain('WRONGPASS')
      expect(json).not.toContain('hunter2')
      close()
      await server.stop()
    })

    test('reports the errors of Redis as they are', async () => {
      const server = await startRedis()
      const { client, close } = create(server.url)
      client.on('error', () => {})
      await client.connect()
      await sendLines(server, 'CONFIG SET maxmemory 1')
      expect((await endpoint(caches({ default: redisProbe(client) }))()).json).toContain(
        '"error":"OOM command not',
      )
      close()
      await server.stop()
    })
  })
})
