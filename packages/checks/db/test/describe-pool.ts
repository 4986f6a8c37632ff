import type { Probe } from '@watchman/core'
import type { Server } from '@watchman/servers'
import { openSockets } from '@watchman/test-helpers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { degraded, failing, healthy, watch } from './watch.ts'

/** A pool of the client under test. */
export interface OpenPool {
  readonly probe: Probe
  /** Takes a connection as the application does. */
  take(): Promise<TakenConnection>
  size(): number
  idle(): number
  waiting(): number
  end(): Promise<unknown>
}

interface TakenConnection {
  release(): void
  listenerCount(event: 'error'): number
}

interface Pools<Kind extends Server> {
  readonly start: () => Promise<Kind>
  /** Opens a pool of two connections at most. */
  readonly open: (
    server: Kind,
    options?: {
      readonly password?: string
      /** Milliseconds after which the pool itself stops waiting for a connection. */
      readonly poolTimeout?: number
      readonly busy?: 'degraded' | 'failing'
    },
  ) => OpenPool
  /** Returns a value that changes with each statement that this pool sends. */
  readonly statements: (server: Kind) => Promise<unknown>
  readonly broken: RegExp
  readonly refused: RegExp
  readonly denied: RegExp
}

const eventually = { timeout: 20_000, interval: 20 }

/** Tests that every pool has to pass. */
export function describePool<Kind extends Server>(pools: Pools<Kind>): void {
  const { start, statements, broken, refused, denied } = pools

  describe('a pool', () => {
    let server: Kind
    let pool: OpenPool
    const opened: OpenPool[] = []
    const open = (...options: Parameters<typeof pools.open>) => {
      const other = pools.open(...options)
      opened.push(other)
      return other
    }

    beforeAll(async () => {
      server = await start()
    })
    beforeEach(async () => {
      await expect.poll(() => openSockets()).toBe(0)
      pool = open(server)
    })
    afterEach(async () => {
      server.resume()
      await Promise.all(opened.splice(0).map((each) => each.end()))
    })
    afterAll(() => server.stop())

    test('is ok when the server answers, and keeps its connection', async () => {
      const ask = watch(pool.probe)
      expect(await ask()).toBe(healthy)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([1, 1, 0])
    })

    test('queries the server each time', async () => {
      const ask = watch(pool.probe)
      const seen = [await statements(server)]
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(healthy)
        seen.push(await statements(server))
      }
      expect(new Set(seen).size).toBe(4)
    })

    test('leaves nothing behind', async () => {
      const ask = watch(pool.probe)
      await ask()
      const first = await pool.take()
      const listeners = first.listenerCount('error')
      first.release()
      for (let index = 0; index < 200; index++) await ask()
      const second = await pool.take()
      expect(second.listenerCount('error')).toBe(listeners)
      second.release()
      expect(openSockets()).toBe(1)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([1, 1, 0])
    })

    test('reports that all connections are in use, waits once, and gives back a connection that comes late', async () => {
      const [ask, askPatiently] = [watch(pool.probe, 200), watch(pool.probe)]
      const taken = [await pool.take(), await pool.take()]
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(
          degraded('pool has no free connection (2 of 2 in use): timed out after 200 ms'),
        )
        expect(pool.waiting()).toBe(1)
      }
      for (const { release } of taken) release()
      await vi.waitFor(
        () => expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([2, 2, 0]),
        eventually,
      )
      expect(await askPatiently()).toBe(healthy)
    })

    test('is ok when a connection becomes free in time, also for a run that adopts a pending request', async () => {
      const taken = [await pool.take(), await pool.take()]
      expect(await watch(pool.probe, 100)()).toMatch('no free connection')
      const answer = watch(pool.probe)()
      expect(pool.waiting()).toBe(1)
      for (const { release } of taken) release()
      expect(await answer).toBe(healthy)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([2, 2, 0])
    })

    test('frees slot and socket at the timeout when the server hangs, and recovers', async () => {
      const [ask, askPatiently] = [watch(pool.probe, 300), watch(pool.probe)]
      expect(await askPatiently()).toBe(healthy)
      server.pause()
      expect(await ask()).toBe(failing('timed out after 300 ms'))
      expect(pool.size()).toBe(0)
      await expect.poll(() => openSockets()).toBe(0)
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(failing('no connection to the server yet: timed out after 300 ms'))
        await expect.poll(() => [pool.size(), openSockets()]).toEqual([0, 0])
      }
      server.resume()
      expect(await askPatiently()).toBe(healthy)
    })

    test('does not report a pool as busy while its connection for the probe is still connecting', async () => {
      const taken = await pool.take()
      server.pause()
      expect(await watch(pool.probe, 200)()).toBe(
        failing('no connection to the server yet: timed out after 200 ms'),
      )
      await expect.poll(() => pool.size()).toBe(1)
      server.resume()
      taken.release()
      expect([pool.size(), pool.idle()]).toEqual([1, 1])
    })

    test('fails when the server is killed, and recovers with the same pool', async () => {
      const ask = watch(pool.probe)
      expect(await ask()).toBe(healthy)
      await server.kill()
      await ask() // may still use the connection that broke
      expect(await ask()).toMatch(refused)
      await server.restart()
      expect(await ask()).toBe(healthy)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([1, 1, 0])
    })

    test('fails when the connection breaks during a query', async () => {
      const ask = watch(pool.probe)
      expect(await ask()).toBe(healthy)
      server.pause()
      const answer = ask()
      await server.kill()
      expect(await answer).toMatch(broken)
      expect(pool.size()).toBe(0)
      await server.restart()
      expect(await ask()).toBe(healthy)
    })

    test('shows no secret when the credentials are wrong', async () => {
      const ask = watch(open(server, { password: 'wr0ng-secret' }).probe)
      const answer = await ask()
      expect(answer).toMatch(denied)
      expect(answer).not.toMatch('wr0ng-secret')
    })

    test('reports that all connections are in use when the pool gives up before the timeout', async () => {
      const impatient = open(server, { poolTimeout: 1_000 })
      const taken = [await impatient.take(), await impatient.take()]
      expect(await watch(impatient.probe)()).toMatch(/^200 .*pool has no free connection \(2 of 2 in use\): /)
      for (const { release } of taken) release()
      expect(await watch(impatient.probe)()).toBe(healthy)
    })

    test('fails the report while it is busy, with the option busy: failing', async () => {
      const strict = open(server, { busy: 'failing' })
      const taken = [await strict.take(), await strict.take()]
      expect(await watch(strict.probe, 100)()).toBe(
        failing('pool has no free connection (2 of 2 in use): timed out after 100 ms'),
      )
      for (const { release } of taken) release()
    })
  })
}
