import { setTimeout as sleep } from 'node:timers/promises'
import type { Probe } from '@watchman/core'
import { type Server, startRedis } from '@watchman/servers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CacheOptions, caches } from '../src/index.ts'
import { endpoint, failed, OK, recovered } from './endpoint.ts'
import { callsOf, keysOf, sendLines } from './server-commands.ts'

/** A client in use. */
interface Opened {
  readonly probe: (options?: CacheOptions) => Probe
  /** How many listeners the client has. */
  readonly listeners: () => number
  readonly close: () => unknown
}

/** A client of Redis, or of a library that uses one. */
export interface RedisClientKind {
  readonly name: string
  readonly cluster?: boolean
  readonly open: (url: string) => Promise<Opened>
  /** The commands that one run sends. */
  readonly commands: readonly string[]
  /** Matches the error soon after the server was killed. */
  readonly killed: RegExp
}

/** Tests that every client of Redis has to pass. */
export function describeRedisClient({
  name,
  cluster = false,
  open,
  commands,
  killed,
}: RedisClientKind): void {
  describe(name, () => {
    let server: Server
    let opened: Opened | undefined
    const use = async () => {
      opened = await open(server.url)
      return opened
    }

    beforeAll(async () => {
      server = await startRedis({ cluster })
    })
    afterEach(async () => {
      await opened?.close()
      opened = undefined
      await server.restart()
    })
    afterAll(() => server.stop())

    test('answers ok after a write, a read and a deletion, and leaves no key and no listener', async () => {
      const { probe, listeners } = await use()
      const before = listeners()
      const calls = await callsOf(server)
      expect(await endpoint(caches({ default: probe() }))()).toMatchObject({ status: 200, json: OK })
      const after = await callsOf(server)
      for (const command of commands) expect(after[command]).toBe((calls[command] ?? 0) + 1)
      expect(await keysOf(server)).toBe(0)
      expect(listeners()).toBe(before)
    })

    test('leaves no key and no listener after a thousand runs of which a third fail', async () => {
      const { probe, listeners } = await use()
      const run = probe()
      const before = listeners()
      let failures = 0
      for (let count = 0; count < 1000; count += 1) {
        const controller = new AbortController()
        const result = Promise.resolve(run(controller.signal)).catch(() => {
          failures += 1
        })
        if (count % 3 === 0) setImmediate(() => controller.abort(new Error('given up')))
        if (count % 250 === 100) await sendLines(server, 'CLIENT KILL TYPE normal SKIPME yes')
        await result
      }
      expect(failures).toBeGreaterThan(250)
      expect(await recovered(endpoint(caches({ default: run }, { ttl: 0 })))).toBe(OK)
      await expect.poll(() => keysOf(server), { timeout: 10_000 }).toBe(0)
      expect(listeners()).toBe(before)
    })

    test('fails with the cause when the server is killed and recovers when it is back', async () => {
      const { probe, listeners } = await use()
      const check = endpoint(caches({ default: probe() }, { ttl: 0 }))
      const before = listeners()
      expect((await check()).json).toBe(OK)
      await server.kill()
      // A client may send one more command before it notices.
      await expect.poll(async () => (await check()).json).toMatch(killed)
      for (let count = 0; count < 3; count += 1) {
        const { status, json } = await check()
        expect(status).toBe(500)
        expect(json).toMatch(killed)
      }
      await server.restart()
      expect(await recovered(check)).toBe(OK)
      expect(listeners()).toBe(before)
      expect(await keysOf(server)).toBe(0)
    })

    test('times out on a paused server, sends the commands of two runs for three runs, and recovers', async () => {
      const { probe, listeners } = await use()
      const run = probe()
      const check = endpoint(caches({ default: run }, { ttl: 0, timeout: 300 }))
      const checkPatiently = endpoint(caches({ default: run }, { ttl: 0 }))
      const before = listeners()
      expect((await checkPatiently()).json).toBe(OK)
      const calls = await callsOf(server)
      server.pause()
      const node = cluster ? `no answer from node ${server.host}:${server.port}: ` : ''
      for (let count = 0; count < 3; count += 1) {
        const { json, took, late } = await check()
        expect(json).toBe(failed(`${node}timed out after 300 ms`))
        expect(took).toBeGreaterThan(290)
        expect(took).toBeLessThan(1000 + late)
      }
      server.resume()
      const [write = '', read = '', remove = ''] = commands
      await expect.poll(async () => (await callsOf(server))[remove]).toBe((calls[remove] ?? 0) + 2)
      await sleep(200)
      const after = await callsOf(server)
      expect(after[write]).toBe((calls[write] ?? 0) + 2)
      expect(after[read]).toBe((calls[read] ?? 0) + 2)
      expect(after[remove]).toBe((calls[remove] ?? 0) + 2)
      expect(listeners()).toBe(before)
      expect(await recovered(checkPatiently)).toBe(OK)
      expect(await keysOf(server)).toBe(0)
    })

    test('recovers and leaves no key when the server is killed while a command is pending', async () => {
      const { probe, listeners } = await use()
      const run = probe()
      const check = endpoint(caches({ default: run }, { ttl: 0, timeout: 300 }))
      const checkPatiently = endpoint(caches({ default: run }, { ttl: 0 }))
      const before = listeners()
      expect((await checkPatiently()).json).toBe(OK)
      server.pause()
      expect((await check()).json).toContain('timed out after 300 ms')
      await server.kill()
      expect((await check()).json).toContain('"ok":false')
      await server.restart()
      expect(await recovered(check)).toBe(OK)
      expect(await keysOf(server)).toBe(0)
      expect(listeners()).toBe(before)
    })
  })
}
