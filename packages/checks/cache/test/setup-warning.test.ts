import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { missing, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'
import OldestRedis from 'ioredis-oldest'
import { createClient, createCluster } from 'redis'
import { createClient as createClientOfFive } from 'redis-5'
import { createClient as createOldestClient } from 'redis-oldest'
import { describe, expect, test } from 'vitest'
import { ioredisProbe } from '../src/ioredis.ts'
import { redisProbe } from '../src/redis.ts'

const WARNING =
  "the client has no 'error' listener: a dropped connection crashes the process. Add client.on('error', …)"

/** Programs that open a connection and leave it idle. */
const programs = {
  redis: (name: string) => `
    import { createClient } from '${name}'
    const client = createClient({ url: process.argv[1] })
    await client.connect()`,
  cluster: (name: string) => `
    import { createCluster } from '${name}'
    const client = createCluster({ rootNodes: [{ url: process.argv[1] }] })
    await client.connect()`,
  ioredis: (name: string) => `
    import Redis from '${name}'
    const client = new Redis(process.argv[1])
    await client.ping()`,
}

/** Whether a program crashes when the server that it is connected to is killed. */
async function crashes(script: string, cluster = false): Promise<boolean> {
  const server = await startRedis({ cluster })
  const tick = `console.log('connected'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${script}\n${tick}`, server.url], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const ended = once(child, 'exit').then(() => true)
    await Promise.race([once(child.stdout, 'data'), ended])
    await server.kill()
    return await Promise.race([ended, sleep(2000, false)])
  } finally {
    child.kill('SIGKILL')
    await server.stop()
  }
}

describe.skipIf(missing('redis'))(`a program without an 'error' listener ${missing('redis') ?? ''}`, () => {
  test.each(['redis', 'redis-5', 'redis-oldest'])(
    'crashes when an idle connection of %s breaks',
    async (name) => {
      expect(await crashes(programs.redis(name))).toBe(true)
    },
  )

  test.each(['redis', 'redis-5', 'redis-oldest'])(
    'survives with a listener on the client of %s',
    async (name) => {
      const listening = programs.redis(name).replace('await', `client.on('error', () => {})\nawait`)
      expect(await crashes(listening)).toBe(false)
    },
  )

  test('survives when an idle connection of a cluster of redis breaks', async () => {
    expect(await crashes(programs.cluster('redis'), true)).toBe(false)
  })

  test.each(['ioredis', 'ioredis-oldest'])('survives when an idle connection of %s breaks', async (name) => {
    expect(await crashes(programs.ioredis(name))).toBe(false)
  })
})

describe('the setup warning', () => {
  test.each([
    ['redis 6', createClient()],
    ['redis 5.0.0', createClientOfFive()],
    ['redis 4.2.0', createOldestClient()],
  ])("asks for an 'error' listener on a client of %s until there is one", (_, client) => {
    const { setupWarning } = redisProbe(client)
    expect(setupWarning?.()).toBe(WARNING)
    client.on('error', () => {})
    expect(setupWarning?.()).toBeUndefined()
  })

  test('is undefined for a cluster of redis', () => {
    const { setupWarning } = redisProbe(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] }))
    expect(setupWarning?.()).toBeUndefined()
  })

  test.each([
    ['ioredis 6', new Redis({ lazyConnect: true })],
    ['ioredis 5.0.0', new OldestRedis({ lazyConnect: true })],
  ])('is absent for a client of %s', (_, client) => {
    expect(ioredisProbe(client).setupWarning).toBeUndefined()
  })
})
