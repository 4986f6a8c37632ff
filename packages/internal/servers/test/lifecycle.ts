import { mkdtempSync, readdirSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Server } from '../src/server.ts'
import { processesIn } from './processes-in.ts'

interface Lifecycle<Kind extends Server> {
  readonly start: () => Promise<Kind>
  /** One round trip over a connection of its own. */
  readonly ask: (server: Kind) => Promise<unknown>
  /** Writes a value, for the kinds that keep their data. */
  readonly write?: (server: Kind, value: string) => Promise<unknown>
  /** Reads what was written. */
  readonly read?: (server: Kind) => Promise<unknown>
}

/** Describes what holds for every kind of server. */
export function describeLifecycle<Kind extends Server>({ start, ask, write, read }: Lifecycle<Kind>): void {
  describe('as every server', () => {
    const temporary = process.env.TMPDIR
    const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'))
    const servers: Kind[] = []
    const started = async () => {
      const server = await start()
      servers.push(server)
      return server
    }
    const folders = () => readdirSync(folder).filter((name) => name.startsWith('watchman-'))

    beforeAll(async () => {
      await chmod(folder, 0o755) // the servers run as users of their own
      process.env.TMPDIR = folder
    })
    afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))
    afterAll(() => {
      if (temporary === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = temporary
      return rm(folder, { recursive: true })
    })

    test('answers', async () => {
      await ask(await started())
    })

    test('says nothing while it is paused and continues when it is resumed', async () => {
      const server = await started()
      server.pause()
      const answer = ask(server).then(() => 'answered')
      expect(await Promise.race([answer, sleep(400, 'silent')])).toBe('silent')
      server.resume()
      expect(await answer).toBe('answered')
    })

    test('refuses connections once it is killed, paused or not', async () => {
      const [one, other] = [await started(), await started()]
      other.pause()
      for (const server of [one, other]) {
        await server.kill()
        await expect(ask(server)).rejects.toThrow()
      }
      expect(processesIn(folder)).toEqual([])
    })

    test('comes back on the same port after a kill, and while it runs', async () => {
      const server = await started()
      await server.kill()
      for (const _ of ['killed', 'running']) {
        await server.restart()
        await ask(server)
      }
    })

    // A kind that keeps nothing has no such promise to hold.
    if (write && read) {
      test('keeps its data over a kill and a restart', async () => {
        const server = await started()
        await write(server, 'kept')
        await server.kill()
        await server.restart()
        expect(await read(server)).toBe('kept')
      })
    }

    test.each<(server: Kind) => unknown>([
      function running() {},
      (server) => server.pause(),
      (server) => server.kill(),
    ])('leaves no process and no folder when it is stopped (%#)', async (act) => {
      const server = await started()
      expect(folders()).toHaveLength(1)
      if (platform === 'linux') expect(processesIn(folder)).not.toEqual([])
      await act(server)
      await Promise.all([server.stop(), server.stop()])
      await server.stop()
      expect(folders()).toEqual([])
      expect(processesIn(folder)).toEqual([])
      await expect(ask(server)).rejects.toThrow()
      await expect(server.restart()).rejects.toThrow('start a new one')
    })
  })
}
