import { createServer } from 'node:net'
import { missing, type Server, startMemcached } from '@watchman/servers'
import { listen } from '@watchman/test-helpers'
import { Client } from 'memjs'
import { Client as OldestClient } from 'memjs-oldest'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { caches } from '../src/index.ts'
import { type MemcachedClient, memjsProbe } from '../src/memjs.ts'
import { endpoint, failed, OK, recovered } from './endpoint.ts'
import { statOf } from './server-commands.ts'

const VERSIONS = [
  { version: '1.3.2', create: Client.create },
  { version: '1.3.1', create: OldestClient.create },
]
const QUIET = { logger: { log() {} } }

describe.skipIf(missing('memcached'))(`memcached ${missing('memcached') ?? ''}`, () => {
  describe.each(VERSIONS)('Client of memjs $version', ({ create }) => {
    let server: Server
    const clients: Client[] = []
    const use = (options = {}, address = `${server.host}:${server.port}`) => {
      const client = create(address, { ...QUIET, ...options })
      clients.push(client)
      return client
    }

    beforeAll(async () => {
      server = await startMemcached()
    })
    afterEach(async () => {
      for (const client of clients.splice(0)) client.close()
      await server.restart()
    })
    afterAll(() => server.stop())

    test('answers ok after a write, a read and a deletion, and leaves no key', async () => {
      expect(await endpoint(caches({ default: memjsProbe(use()) }))()).toMatchObject({
        status: 200,
        json: OK,
      })
      for (const stat of ['cmd_set', 'get_hits', 'delete_hits']) expect(await statOf(server, stat)).toBe(1)
      expect(await statOf(server, 'curr_items')).toBe(0)
    })

    test('leaves no key and opens one connection in a thousand runs', async () => {
      const run = memjsProbe(use())
      const before = await statOf(server, 'total_connections')
      for (let count = 0; count < 1000; count += 1) await run(new AbortController().signal)
      expect(await statOf(server, 'curr_items')).toBe(0)
      expect(await statOf(server, 'total_connections')).toBe(before + 3) // the client's, and those of the two statistics
    })

    test('fails with the cause when the server is killed and recovers when it is back', async () => {
      const check = endpoint(caches({ default: memjsProbe(use()) }, { ttl: 0 }))
      expect((await check()).json).toBe(OK)
      await server.kill()
      for (let count = 0; count < 3; count += 1) {
        const { status, json, took, late } = await check()
        expect(json).toBe(failed(`connect ECONNREFUSED 127.0.0.1:${server.port}`))
        expect(status).toBe(500)
        expect(took).toBeLessThan(1500 + late)
      }
      await server.restart()
      expect(await recovered(check)).toBe(OK)
      expect(await statOf(server, 'curr_items')).toBe(0)
    })

    test('times out on a paused server and recovers when it is resumed', async () => {
      const probe = memjsProbe(use())
      const check = endpoint(caches({ default: probe }, { ttl: 0, timeout: 300 }))
      const checkPatiently = endpoint(caches({ default: probe }, { ttl: 0 }))
      expect((await checkPatiently()).json).toBe(OK)
      server.pause()
      for (let count = 0; count < 3; count += 1) {
        const { json, took, late } = await check()
        expect(json).toBe(failed('timed out after 300 ms'))
        expect(took).toBeLessThan(1000 + late)
      }
      server.resume()
      expect(await recovered(checkPatiently)).toBe(OK)
    })

    test('recovers when the server is killed while a command is pending', async () => {
      const client = use({ timeout: 0.2, retries: 1 })
      const probe = memjsProbe(client)
      await probe(new AbortController().signal)
      const check = endpoint(caches({ default: probe }, { ttl: 0, timeout: 100 }))
      server.pause()
      expect((await check()).json).toBe(failed('timed out after 100 ms'))
      await server.restart()
      expect(await recovered(check)).toBe(OK)
      expect(await statOf(server, 'curr_items')).toBe(0)
    })

    test('reports the timeout of memjs where it is shorter', async () => {
      server.pause()
      const { json } = await endpoint(caches({ default: memjsProbe(use()) }))()
      expect(json).toBe(failed('socket timed out waiting on response.'))
    })

    test('names the servers when a client with failover has given up on all', async () => {
      const { port } = server
      await server.kill()
      const check = endpoint(caches({ default: memjsProbe(use({ failover: true })) }, { ttl: 0 }))
      expect((await check()).json).toBe(
        failed(`no server available, each failed a short while ago: 127.0.0.1:${port}`),
      )
    })

    test('settles although memjs never settles a command whose connection was closed with FIN', async () => {
      const { port, close } = await listen(
        createServer((socket) => void socket.once('data', () => socket.end())),
      )
      const client = use({ timeout: 0.1, retries: 1 }, `127.0.0.1:${port}`)
      await expect(memjsProbe(client)(new AbortController().signal)).rejects.toThrow(
        'the connection was closed before an answer came',
      )
      await close()
    })

    test('writes a key that begins with the prefix and expires, and deletes it also after a failure', async () => {
      const client = use()
      const calls: unknown[][] = []
      const spied: MemcachedClient = {
        servers: client.servers,
        options: client.options,
        server: (key) => client.server(key),
        set(...parameters) {
          calls.push(parameters)
          return client.set(...parameters)
        },
        get: () => Promise.reject(new Error('no read')),
        delete(key) {
          calls.push([key])
          return client.delete(key)
        },
      }
      const run = memjsProbe(spied, { prefix: `${'p'.repeat(213)}:` })
      await expect(run(new AbortController().signal)).rejects.toThrow('no read')
      const [[key] = []] = calls
      expect(key).toMatch(/^p{213}:[\da-f-]{36}$/)
      expect(calls).toEqual([[key, expect.any(String), { expires: 60 }], [key]])
      expect(await statOf(server, 'cmd_set')).toBe(1)
      expect(await statOf(server, 'curr_items')).toBe(0)
    })
  })
})
