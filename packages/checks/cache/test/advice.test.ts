import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { missing, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'
import OldestRedis from 'ioredis-oldest'
import { createClient, createCluster } from 'redis'
import { createClient as createClientOfFive } from 'redis-5'
import { createClient as createOldestClient } from 'redis-oldest'
import { describe, expect, it } from 'vitest'
import { ioredis } from '../src/ioredis.ts'
import { redis } from '../src/redis.ts'

const ADVICE =
  /^the client has no 'error' listener, so that it ends the process .*: add client\.on\('error', …\)$/

/** An application that opens a connection and then does nothing. */
const open = {
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

/** Whether an application ends when the server that it is connected to is killed. */
async function ends(script: string, cluster = false): Promise<boolean> {
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

describe.skipIf(missing('redis'))(
  `an application without an 'error' listener ${missing('redis') ?? ''}`,
  () => {
    it.each(['redis', 'redis-5', 'redis-oldest'])(
      'is ended by a client of %s that breaks at rest',
      async (name) => {
        expect(await ends(open.redis(name))).toBe(true)
      },
    )

    it.each(['redis', 'redis-5', 'redis-oldest'])(
      'is not where it listens to a client of %s',
      async (name) => {
        const listening = open.redis(name).replace('await', `client.on('error', () => {})\nawait`)
        expect(await ends(listening)).toBe(false)
      },
    )

    it('survives a cluster of redis that breaks at rest', async () => {
      expect(await ends(open.cluster('redis'), true)).toBe(false)
    })

    it.each(['ioredis', 'ioredis-oldest'])('survives a client of %s that breaks at rest', async (name) => {
      expect(await ends(open.ioredis(name))).toBe(false)
    })
  },
)

describe('the advice', () => {
  it.each([
    ['redis 6', createClient()],
    ['redis 5.0.0', createClientOfFive()],
    ['redis 4.2.0', createOldestClient()],
  ])("of %s is to listen, until there is an 'error' listener", (_, client) => {
    const { advice } = redis(client)
    expect(advice?.()).toMatch(ADVICE)
    client.on('error', () => {})
    expect(advice?.()).toBeUndefined()
  })

  it('of a cluster of redis is none', () => {
    const { advice } = redis(createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:1' }] }))
    expect(advice?.()).toBeUndefined()
  })

  it.each([
    ['ioredis 6', new Redis({ lazyConnect: true })],
    ['ioredis 5.0.0', new OldestRedis({ lazyConnect: true })],
  ])('of %s is none', (_, client) => {
    expect(ioredis(client).advice).toBeUndefined()
  })
})
