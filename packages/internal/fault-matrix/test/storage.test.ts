import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createWatchman } from '@watchman/core'
import { DEADLINE, freezeProblem, makeFreezableDisk } from '@watchman/fault-matrix'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { describeKind } from './describe-kind.ts'
import { directoryKind } from './directory.ts'
import { s3Kind } from './s3.ts'

describeKind(s3Kind)
describeKind(directoryKind)

describe.skipIf(freezeProblem)(`A disk that hangs ${freezeProblem ?? ''}`, () => {
  test('costs one thread of Node, however often it is asked, and keeps no file when it goes on', async () => {
    const [disk, other] = [makeFreezableDisk(), makeFreezableDisk()]
    onTestFinished(() => {
      disk.remove()
      other.remove()
    })
    const watchman = createWatchman({
      checks: [
        storage(
          { hanging: fsProbe(disk.folder), other: fsProbe(other.folder) },
          { timeout: DEADLINE, ttl: 0 },
        ),
      ],
    })
    const ask = async () => (await watchman.fetch(new Request('http://localhost/'))).json()
    const thaw = await disk.freeze()
    try {
      for (let run = 0; run < 5; run += 1) {
        const [{ hanging }, well] = (await ask()).storage
        expect(hanging).toEqual({
          ok: false,
          error: `no answer to write yet: timed out after ${DEADLINE} ms`,
        })
        expect(well).toEqual({ other: { ok: true } })
      }
      expect(busyThreads()).toBe(1)
      await writeFile(join(other.folder, 'of-the-application'), '')
    } finally {
      await thaw()
    }
    await vi.waitFor(() => expect(busyThreads()).toBe(0), 5000)
    const names = readdirSync(disk.folder)
    expect(names.filter((name) => name.startsWith('watchman-'))).toEqual([])
    expect(await ask()).toEqual({ storage: [{ hanging: { ok: true } }, { other: { ok: true } }] })
  })
})

/** How many operations on files are under way in this process. */
function busyThreads(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'FSReqPromise').length
}
