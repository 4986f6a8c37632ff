import type { Probe } from '@watchman/core'
import type { Server } from '@watchman/servers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { degraded, failing, healthy, sockets, watch } from './ask.ts'

/** A pool of the client under test. */
export interface OpenPool {
  readonly probe: Probe
  /** Takes a connection as the application does. */
  hold(): Promise<Held>
  size(): number
  idle(): number
  waiting(): number
  end(): Promise<unknown>
}

interface Held {
  release(): void
  listenerCount(event: 'error'): number
}

interface Pools<Kind extends Server> {
  readonly start: () => Promise<Kind>
  /** A pool of two connections at most. */
  readonly open: (
    server: Kind,
    options?: {
      readonly password?: string
      readonly patience?: number
      readonly busy?: 'degraded' | 'failing'
    },
  ) => OpenPool
  /** How many statements the server has answered to this pool; grows with each. */
  readonly statements: (server: Kind) => Promise<unknown>
  readonly broken: RegExp
  readonly refused: RegExp
  readonly denied: RegExp
}

const eventually = { timeout: 10_000, interval: 20 }

/** Describes what holds for the pool of every client. */
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
      await vi.waitFor(() => expect(sockets()).toBe(0), eventually)
      pool = open(server)
    })
    afterEach(async () => {
      server.resume()
      await Promise.all(opened.splice(0).map((each) => each.end()))
    })
    afterAll(() => server.stop())

    it('is ok when the server answers, and keeps its connection', async () => {
      const ask = watch(pool.probe)
      expect(await ask()).toBe(healthy)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([1, 1, 0])
    })

    it('asks the server each time', async () => {
      const ask = watch(pool.probe)
      const seen = [await statements(server)]
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(healthy)
        seen.push(await statements(server))
      }
      expect(new Set(seen).size).toBe(4)
    })

    it('leaves nothing behind', async () => {
      const ask = watch(pool.probe)
      await ask()
      const first = await pool.hold()
      const listeners = first.listenerCount('error')
      first.release()
      for (let index = 0; index < 200; index++) await ask()
      const second = await pool.hold()
      expect(second.listenerCount('error')).toBe(listeners)
      second.release()
      expect(sockets()).toBe(1)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([1, 1, 0])
    })

    it('says that all connections are in use, waits once, and gives back what arrives late', async () => {
      const ask = watch(pool.probe, 200)
      const held = [await pool.hold(), await pool.hold()]
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(
          degraded('pool has no free connection (2 of 2 in use): timed out after 200 ms'),
        )
        expect(pool.waiting()).toBe(1)
      }
      for (const { release } of held) release()
      await vi.waitFor(
        () => expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([2, 2, 0]),
        eventually,
      )
      expect(await ask()).toBe(healthy)
    })

    it('is ok when a connection becomes free in time, also for a run that waits in the place of another', async () => {
      const held = [await pool.hold(), await pool.hold()]
      expect(await watch(pool.probe, 100)()).toMatch('no free connection')
      const answer = watch(pool.probe, 5000)()
      expect(pool.waiting()).toBe(1)
      for (const { release } of held) release()
      expect(await answer).toBe(healthy)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([2, 2, 0])
    })

    it('frees slot and socket at the deadline when the server hangs, and recovers', async () => {
      const ask = watch(pool.probe, 300)
      expect(await ask()).toBe(healthy)
      server.pause()
      expect(await ask()).toBe(failing('timed out after 300 ms'))
      expect(pool.size()).toBe(0)
      await vi.waitFor(() => expect(sockets()).toBe(0), eventually)
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(failing('no connection to the server yet: timed out after 300 ms'))
        await vi.waitFor(() => expect([pool.size(), sockets()]).toEqual([0, 0]), eventually)
      }
      server.resume()
      expect(await ask()).toBe(healthy)
    })

    it('does not call a pool busy whose one connection is still being made for the probe', async () => {
      const held = await pool.hold()
      server.pause()
      expect(await watch(pool.probe, 200)()).toBe(
        failing('no connection to the server yet: timed out after 200 ms'),
      )
      await vi.waitFor(() => expect(pool.size()).toBe(1), eventually)
      server.resume()
      held.release()
      expect([pool.size(), pool.idle()]).toEqual([1, 1])
    })

    it('fails when the server is killed, and recovers with the same pool', async () => {
      const ask = watch(pool.probe)
      expect(await ask()).toBe(healthy)
      await server.kill()
      await ask() // one may still meet the connection that broke
      expect(await ask()).toMatch(refused)
      await server.restart()
      expect(await ask()).toBe(healthy)
      expect([pool.size(), pool.idle(), pool.waiting()]).toEqual([1, 1, 0])
    })

    it('fails when the connection breaks while it is asked', async () => {
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

    it('shows no secret when the credentials are wrong', async () => {
      const ask = watch(open(server, { password: 'wr0ng-secret' }).probe)
      const answer = await ask()
      expect(answer).toMatch(denied)
      expect(answer).not.toMatch('wr0ng-secret')
    })

    it('says that all connections are in use when the pool gives up before the deadline', async () => {
      const impatient = open(server, { patience: 1_000 })
      const held = [await impatient.hold(), await impatient.hold()]
      expect(await watch(impatient.probe)()).toMatch(/^200 .*pool has no free connection \(2 of 2 in use\): /)
      for (const { release } of held) release()
      expect(await watch(impatient.probe)()).toBe(healthy)
    })

    it('fails the report when it is busy, where the application wants it so', async () => {
      const strict = open(server, { busy: 'failing' })
      const held = [await strict.hold(), await strict.hold()]
      expect(await watch(strict.probe, 100)()).toBe(
        failing('pool has no free connection (2 of 2 in use): timed out after 100 ms'),
      )
      for (const { release } of held) release()
    })
  })
}
