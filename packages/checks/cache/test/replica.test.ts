import { missing, type Server, startRedis } from '@watchman/servers'
import { waitUntil } from '@watchman/test-helpers'
import { Cluster, Redis } from 'ioredis'
import OldestRedis from 'ioredis-oldest'
import { createClient, createCluster } from 'redis'
import { createClient as createClientOfFive } from 'redis-5'
import { createClient as createOldestClient } from 'redis-oldest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caches, type RedisOptions } from '../src/index.ts'
import { ioredisProbe } from '../src/ioredis.ts'
import { redisProbe } from '../src/redis.ts'
import { endpoint, failed, OK, recovered } from './endpoint.ts'
import { callsOf, keysOf, sendLines } from './server-commands.ts'

const ignore = () => {}

const KINDS = [
  {
    name: 'ioredis 6',
    async open(url: string) {
      const client = new Redis(url).on('error', ignore)
      return {
        probe: (options: RedisOptions) => ioredisProbe(client, options),
        close: () => client.disconnect(),
      }
    },
  },
  {
    name: 'ioredis 5.0.0',
    async open(url: string) {
      const client = new OldestRedis(url).on('error', ignore)
      return {
        probe: (options: RedisOptions) => ioredisProbe(client, options),
        close: () => client.disconnect(),
      }
    },
  },
  {
    name: 'redis 6',
    async open(url: string) {
      const client = createClient({ url })
      await client.on('error', ignore).connect()
      return { probe: (options: RedisOptions) => redisProbe(client, options), close: () => client.destroy() }
    },
  },
  {
    name: 'redis 5.0.0',
    async open(url: string) {
      const client = createClientOfFive({ url })
      await client.on('error', ignore).connect()
      return { probe: (options: RedisOptions) => redisProbe(client, options), close: () => client.destroy() }
    },
  },
  {
    name: 'redis 4.2.0',
    async open(url: string) {
      const client = createOldestClient({ url })
      client.on('error', ignore)
      await client.connect()
      return {
        probe: (options: RedisOptions) => redisProbe(client, options),
        close: () => client.disconnect(),
      }
    },
  },
  {
    name: 'redis 4.2.0 in legacyMode',
    async open(url: string) {
      const client = createOldestClient({ url, legacyMode: true })
      client.on('error', ignore)
      await client.connect()
      return {
        probe: (options: RedisOptions) => redisProbe(client, options),
        close: () => client.disconnect(),
      }
    },
  },
]

/** Resolves once the replica's link to its master is up, or is down. */
function linkIs(state: 'up' | 'down', replica: Server): Promise<unknown> {
  const isIt = async () =>
    (await sendLines(replica, 'INFO replication')).includes(`master_link_status:${state}`)
  return waitUntil(isIt, 20_000, 50)
}

describe.skipIf(missing('redis'))(`a replica of Redis ${missing('redis') ?? ''}`, () => {
  let master: Server
  let replica: Server
  beforeAll(async () => {
    master = await startRedis({ arguments: ['--repl-diskless-sync-delay', '0'] })
    replica = await startRedis({ arguments: ['--replicaof', master.host, `${master.port}`] })
    await linkIs('up', replica)
  }, 30_000)
  afterAll(async () => {
    await replica.stop()
    await master.stop()
  })

  describe.each(KINDS)('through $name', ({ open }) => {
    test('is ok with readOnly, as is its master, and nothing is written', async () => {
      for (const server of [replica, master]) {
        const { probe, close } = await open(server.url)
        const { psetex } = await callsOf(server)
        expect((await endpoint(caches({ default: probe({ readOnly: true }) }))()).json).toBe(OK)
        expect((await callsOf(server)).psetex).toBe(psetex)
        expect(await keysOf(server)).toBe(0)
        await close()
      }
    })

    test('fails without readOnly, because it cannot be written', async () => {
      const { probe, close } = await open(replica.url)
      const { json } = await endpoint(caches({ default: probe({ readOnly: false }) }))()
      expect(json).toBe(failed("READONLY You can't write against a read only replica."))
      await close()
    })

    test('fails with readOnly while it has no link to its master, which it names, and recovers', async () => {
      const { probe, close } = await open(replica.url)
      const check = endpoint(caches({ default: probe({ readOnly: true }) }, { ttl: 0 }))
      await sendLines(replica, 'REPLICAOF 127.0.0.1 1')
      await linkIs('down', replica)
      expect((await check()).json).toMatch(
        /"the replica has no link to its master 127\.0\.0\.1:1(, for \d+ s)?"/,
      )
      await sendLines(replica, 'CONFIG SET replica-serve-stale-data no')
      expect((await check()).json).toContain('"error":"MASTERDOWN Link with MASTER is down')
      await sendLines(
        replica,
        'CONFIG SET replica-serve-stale-data yes',
        `REPLICAOF ${master.host} ${master.port}`,
      )
      expect(await recovered(check)).toBe(OK)
      await close()
    })
  })

  test('fails with readOnly for a user who may not ask for INFO', async () => {
    const client = new Redis(replica.url)
    await sendLines(replica, 'ACL SETUSER default -info')
    // The ready check of ioredis asks for INFO too, and accepts that it may not.
    const { json } = await endpoint(caches({ default: ioredisProbe(client, { readOnly: true }) }))()
    await sendLines(replica, 'ACL SETUSER default +info')
    expect(json).toContain("NOPERM this user has no permissions to run the 'info' command")
    client.disconnect()
  })
})

describe('readOnly', () => {
  test.each(['true', 1, null])('refuses %j', (readOnly) => {
    const options: object = { readOnly }
    const message = /option readOnly of \w+ must be true or false/
    expect(() => ioredisProbe(new Redis({ lazyConnect: true }), options)).toThrow(message)
    expect(() => redisProbe(createClient(), options)).toThrow(message)
  })

  test('is refused for a cluster, which sends writes to its masters', () => {
    const cluster = new Cluster(['redis://127.0.0.1:1'], { lazyConnect: true })
    expect(() => ioredisProbe(cluster, { readOnly: true })).toThrow(
      'option readOnly of ioredisProbe is for a Redis: a Cluster sends writes to its masters',
    )
    const client = createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] })
    expect(() => redisProbe(client, { readOnly: true })).toThrow(
      'option readOnly of redisProbe is for a client: a cluster sends writes to its masters',
    )
  })
})
