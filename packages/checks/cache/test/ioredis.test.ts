import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { missing, type Server, startRedis } from '@watchman/servers'
import { listen } from '@watchman/test-helpers'
import { Cluster, Redis } from 'ioredis'
import OldestRedis, { Cluster as OldestCluster } from 'ioredis-oldest'
import { describe, expect, test } from 'vitest'
import { caches } from '../src/index.ts'
import { ioredisProbe } from '../src/ioredis.ts'
import { countReached, endpoint, failed, OK, recovered } from './endpoint.ts'
import { describeRedisClient } from './redis-cases.ts'
import { callsOf, keysOf, sendLines } from './server-commands.ts'

const addressOf = ({ host, port }: Server) => ({ host, port })

type AnyRedis = Redis | OldestRedis | Cluster | OldestCluster

async function inUse(client: AnyRedis) {
  client.on('error', () => {})
  await once(client, 'ready')
  return {
    probe: (options = {}) => ioredisProbe(client, options),
    listeners: () => client.eventNames().reduce((sum, name) => sum + client.listenerCount(name), 0),
    close: () => client.disconnect(),
  }
}

const KINDS = [
  { name: 'Redis of ioredis 6', open: (url: string) => new Redis(url) },
  { name: 'Redis of ioredis 5.0.0', open: (url: string) => new OldestRedis(url) },
  { name: 'Cluster of ioredis 6', cluster: true, open: (url: string) => new Cluster([url]) },
  { name: 'Cluster of ioredis 5.0.0', cluster: true, open: (url: string) => new OldestCluster([url]) },
]

interface Options {
  readonly port: number
  readonly host: string
  readonly password?: string
  readonly lazyConnect?: boolean
  readonly enableOfflineQueue?: boolean
  readonly maxRetriesPerRequest?: number
  readonly retryStrategy?: (times: number) => number
}

const VERSIONS: readonly { version: string; create: (options: Options) => Redis | OldestRedis }[] = [
  { version: '6', create: ({ ...options }) => new Redis(options) },
  { version: '5.0.0', create: ({ ...options }) => new OldestRedis(options) },
]

describe.skipIf(missing('redis'))(`ioredis ${missing('redis') ?? ''}`, () => {
  for (const kind of KINDS) {
    describeRedisClient({
      ...kind,
      commands: ['psetex', 'get', 'del'],
      // A cluster does not report why its nodes cannot be reached, only which.
      killed: kind.cluster
        ? /"not connected .*Failed to refresh slots cache.*node 127\.0\.0\.1:\d+: Connection is closed/
        : /"not connected .*ECONNREFUSED 127/,
      open: (url) => inUse(kind.open(url)),
    })
  }

  describe.each(VERSIONS)('Redis of ioredis $version', ({ create }) => {
    test('names the cause also when the next attempt is later than the timeout', async () => {
      const server = await startRedis()
      const client = create({ ...addressOf(server), retryStrategy: (times) => (times > 1 ? 3000 : 1) })
      client.on('error', () => {})
      const run = ioredisProbe(client)
      await run(new AbortController().signal)
      await server.kill()
      await expect(run(new AbortController().signal)).rejects.toThrow('ECONNREFUSED')
      const check = endpoint(caches({ default: run }, { timeout: 100 }))
      expect((await check()).json).toBe(
        failed(
          `not connected (reconnecting): connect ECONNREFUSED 127.0.0.1:${server.port}: timed out after 100 ms`,
        ),
      )
      client.disconnect()
      await server.stop()
    })

    test('queues nothing while the server is away, whatever the offline queue would accept', async () => {
      const server = await startRedis()
      const client = create({
        ...addressOf(server),
        maxRetriesPerRequest: 1_000_000,
        retryStrategy: () => 2000,
      })
      client.on('error', () => {})
      const probe = ioredisProbe(client)
      await probe(new AbortController().signal)
      const check = endpoint(caches({ default: probe }, { ttl: 0, timeout: 100 }))
      await server.kill()
      await sleep(50)
      for (let count = 0; count < 5; count += 1) expect((await check()).json).toContain('not connected')
      await server.restart()
      // The runs in between sent nothing. On a busy machine a run may time out after it has written.
      const { ask: counted, reached } = countReached(check)
      expect(await recovered(counted)).toBe(OK)
      expect((await callsOf(server)).psetex).toBeLessThanOrEqual(reached())
      client.disconnect()
      await server.stop()
    })

    test('connects a client that is lazy, without its offline queue', async () => {
      const server = await startRedis()
      const client = create({ ...addressOf(server), lazyConnect: true, enableOfflineQueue: false })
      await ioredisProbe(client)(new AbortController().signal)
      expect(client.status).toBe('ready')
      client.disconnect()
      await server.stop()
    })

    test('reports that the client has ended', async () => {
      const server = await startRedis()
      const client = create(addressOf(server))
      await client.quit()
      await sleep(50)
      expect((await endpoint(caches({ default: ioredisProbe(client) }))()).json).toBe(
        failed('the client has ended: it was closed or gave up reconnecting'),
      )
      await server.stop()
    })

    test('shows no password when it is wrong or missing', async () => {
      const server = await startRedis({ password: 'hunter2-right' })
      for (const [password, words] of [
        ['hunter2-wrong', /WRONGPASS/],
        [undefined, /NOAUTH/],
      ] as const) {
        const client = create({ ...addressOf(server), ...(password === undefined ? {} : { password }) })
        client.on('error', () => {})
        const { json } = await endpoint(caches({ default: ioredisProbe(client) }, { timeout: 10_000 }))()
        expect(json).toMatch(words)
        expect(json).not.toContain('hunter2')
        client.disconnect()
      }
      await server.stop()
    })

    test('reports the errors of Redis as they are', async () => {
      const server = await startRedis()
      const client = create(addressOf(server))
      const check = endpoint(caches({ default: ioredisProbe(client) }, { ttl: 0 }))
      await sendLines(server, 'CONFIG SET maxmemory 1')
      expect((await check()).json).toContain('"error":"OOM command not allowed')
      await sendLines(server, 'CONFIG SET maxmemory 0', 'REPLICAOF 127.0.0.1 1')
      expect((await check()).json).toContain('"error":"READONLY You can\'t write against a read only replica')
      await sendLines(server, 'REPLICAOF NO ONE')
      expect((await check()).json).toBe(OK)
      client.disconnect()
      await server.stop()
    })

    test('survives an error of a client without a listener', async () => {
      const { port, close } = await listen(createServer())
      await close()
      const client = create({ host: '127.0.0.1', port, lazyConnect: true })
      await expect(ioredisProbe(client)(new AbortController().signal)).rejects.toThrow(
        `not connected (connecting): connect ECONNREFUSED 127.0.0.1:${port}`,
      )
      expect(client.listenerCount('error')).toBe(0)
      client.disconnect()
    })

    test('fails when the server returns another value or none, and deletes the key', async () => {
      const server = await startRedis()
      const client = create(addressOf(server))
      const pipeline = client.pipeline.bind(client)
      const elsewhere = (commands: [name: string, key: string, ...rest: unknown[]][]) =>
        pipeline(commands.map(([name, ...rest]) => (name === 'get' ? [name, 'other'] : [name, ...rest])))
      const run = ioredisProbe(Object.assign(client, { pipeline: elsewhere }))
      await sendLines(server, 'SET other x')
      await expect(run(new AbortController().signal)).rejects.toThrow('read back another value')
      await sendLines(server, 'DEL other')
      await expect(run(new AbortController().signal)).rejects.toThrow('read back nothing')
      expect(await keysOf(server)).toBe(0)
      client.disconnect()
      await server.stop()
    })

    test('leaves one key, however often it could not be deleted, and that one until it can', async () => {
      const server = await startRedis()
      const client = create(addressOf(server))
      const run = ioredisProbe(client)
      await sendLines(server, 'ACL SETUSER default -del')
      for (let count = 0; count < 3; count += 1) {
        await expect(run(new AbortController().signal)).rejects.toThrow('NOPERM')
      }
      expect(await keysOf(server)).toBe(1)
      await sendLines(server, 'ACL SETUSER default +del')
      await run(new AbortController().signal)
      expect(await keysOf(server)).toBe(0)
      client.disconnect()
      await server.stop()
    })

    test('writes keys that begin with the prefix and expire within a minute', async () => {
      const server = await startRedis()
      const client = create(addressOf(server))
      const run = ioredisProbe(client, { prefix: 'app:health:' })
      // Without permission to delete, the probe leaves its key behind.
      await sendLines(server, 'ACL SETUSER default -del')
      await expect(run(new AbortController().signal)).rejects.toThrow('NOPERM')
      const [key = ''] = /app:\S+/.exec(await sendLines(server, 'KEYS *')) ?? []
      expect(key).toMatch(/^app:health:[\da-f-]{36}$/)
      const expiry = Number(/:(\d+)/.exec(await sendLines(server, `PTTL ${key}`))?.[1])
      expect(expiry).toBeGreaterThan(50_000)
      expect(expiry).toBeLessThanOrEqual(60_000)
      expect(await keysOf(server)).toBe(1)
      client.disconnect()
      await server.stop()
    })
  })
})
