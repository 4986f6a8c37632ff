import KeyvRedis from '@keyv/redis'
import type { Probe } from '@watchman/core'
import { freePort, missing, type Server, startMemcached, startRedis } from '@watchman/servers'
import { type FaultProxy, type ProbeSubject, probeCases, startFaultProxy } from '@watchman/testing'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import { Client } from 'memjs'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { ioredisProbe } from '../src/ioredis.ts'
import { keyvProbe } from '../src/keyv.ts'
import { memjsProbe } from '../src/memjs.ts'
import { redisProbe } from '../src/redis.ts'
import { keysOf, statOf } from './server-commands.ts'

/** A client of a server behind a proxy that injects faults. */
interface Connected {
  readonly probe: Probe
  readonly end: () => unknown
}

/** Makes the subject for the probe of a client that is opened once and shared by all cases. */
function subjectOf(
  start: () => Promise<Server>,
  keys: (server: Server) => Promise<number>,
  open: (port: number) => Connected | Promise<Connected>,
): ProbeSubject {
  let proxy: FaultProxy
  let server: Server
  let connected: Connected
  beforeAll(async () => {
    server = await start()
    proxy = await startFaultProxy(server, { port: await freePort() })
    connected = await open(proxy.port)
  })
  afterAll(async () => {
    await connected.end()
    await proxy.close()
    await server.stop()
  })
  const probe = () => connected.probe
  return {
    up: () => proxy.pass().then(probe),
    down: () => proxy.refuse().then(probe),
    hung: () => proxy.hang().then(probe),
    leftovers: async () => ((await keys(server)) > 0 ? ['a key'] : []),
  }
}

describe.skipIf(missing('redis'))(`redis ${missing('redis') ?? ''}`, () => {
  describe('with ioredis', () => {
    const subject = subjectOf(startRedis, keysOf, (port) => {
      const client = new Redis(port, { retryStrategy: () => 50 }).on('error', () => {})
      return { probe: ioredisProbe(client), end: () => client.disconnect() }
    })
    for (const { name, run } of probeCases(subject)) test(name, run)
  })

  describe('with redis', () => {
    const subject = subjectOf(startRedis, keysOf, async (port) => {
      const socket = { port, reconnectStrategy: () => 50 }
      const client = createClient({ socket }).on('error', () => {})
      await client.connect()
      return { probe: redisProbe(client), end: () => client.destroy() }
    })
    for (const { name, run } of probeCases(subject)) test(name, run)
  })

  describe('with Keyv', () => {
    const subject = subjectOf(startRedis, keysOf, (port) => {
      const store = new KeyvRedis({ socket: { port, reconnectStrategy: () => 50 } })
      const client = new Keyv({ store })
      client.on('error', () => {})
      return { probe: keyvProbe(client), end: () => store.disconnect(true) }
    })
    for (const { name, run } of probeCases(subject)) test(name, run)
  })
})

describe.skipIf(missing('memcached'))(`memcached with memjs ${missing('memcached') ?? ''}`, () => {
  const items = (server: Server) => statOf(server, 'curr_items')
  const subject = subjectOf(startMemcached, items, (port) => {
    const client = Client.create(`127.0.0.1:${port}`, { logger: { log() {} }, timeout: 1 })
    return { probe: memjsProbe(client), end: () => client.close() }
  })
  for (const { name, run } of probeCases(subject)) test(name, run)
})
