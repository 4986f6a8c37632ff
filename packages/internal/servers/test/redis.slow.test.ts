import { Cluster, Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { missing, type Server, startRedis } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

async function use<Result>(
  { url }: { readonly url: string },
  action: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return await action(redis)
  } finally {
    redis.disconnect()
  }
}

describe.skipIf(missing('redis'))(`startRedis ${missing('redis') ?? ''}`, () => {
  describeLifecycle<Server>({
    start: startRedis,
    ask: (server) => use(server, (redis) => redis.ping()),
    write: (server, value) => use(server, (redis) => redis.set('kept', value)),
    read: (server) => use(server, (redis) => redis.get('kept')),
  })

  test('asks for a password and takes arguments', async () => {
    const server = await startRedis({ password: 'redis secret', arguments: ['--maxclients', '17'] })
    expect(await use(server, (redis) => redis.config('GET', 'maxclients'))).toEqual(['maxclients', '17'])
    const wrong = server.url.replace('secret', 'wrong')
    await expect(use({ url: wrong }, (redis) => redis.ping())).rejects.toThrow()
    await server.restart()
    await use(server, (redis) => redis.ping())
    await server.stop()
  })

  test('is a cluster of one node', async () => {
    const server = await startRedis({ cluster: true, password: 'secret' })
    const { host, port } = server
    const cluster = new Cluster([{ host, port }], { redisOptions: { password: 'secret' } })
    await cluster.set('key', 'value')
    await cluster.set('{another}key', 'value')
    expect(await cluster.get('key')).toBe('value')
    cluster.disconnect()
    await server.kill()
    await server.restart()
    expect(await use(server, (redis) => redis.get('key'))).toBe('value')
    await server.stop()
  })
})
