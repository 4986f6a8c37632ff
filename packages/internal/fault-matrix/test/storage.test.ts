import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createWatchman } from '@watchman/core'
import { DEADLINE, freezeSkipReason, makeFreezableDisk } from '@watchman/fault-matrix'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeBackend } from './describe-backend.ts'
import { directorySpec } from './directory.ts'
import { s3Spec } from './s3.ts'

describeBackend(s3Spec)
describeBackend(directorySpec)

describe.skipIf(freezeSkipReason)(`fsProbe(…) ${freezeSkipReason ?? ''}`, () => {
  test('blocks one thread while a disk hangs, however often it runs, and leaves no file once the disk continues', async () => {
    const [disk, other] = [makeFreezableDisk(), makeFreezableDisk()]
    onTestFinished(() => {
      disk.remove()
      other.remove()
    })
    const hanging = fsProbe(disk.folder)
    const watchman = createWatchman({
      checks: [storage({ hanging, other: fsProbe(other.folder) }, { timeout: DEADLINE, ttl: 0 })],
    })
    const getReport = async () => (await watchman.fetch(new Request('http://localhost/'))).json()
    const unfreeze = await disk.freeze()
    try {
      for (let run = 0; run < 5; run += 1) {
        const [{ hanging }, healthy] = (await getReport()).storage
        expect(hanging).toEqual({
          ok: false,
          error: `no answer to write yet: timed out after ${DEADLINE} ms`,
        })
        expect(healthy).toEqual({ other: { ok: true } })
      }
      // The runner replaces a run that takes too long; each settles at once when it is aborted.
      for (let run = 0; run < 5; run += 1) {
        const reason = new Error('timed out')
        const controller = new AbortController()
        const asked = Promise.resolve(hanging(controller.signal))
        controller.abort(reason)
        await expect(asked).rejects.toMatchObject({ message: 'no answer to write yet', cause: reason })
      }
      expect(countBusyThreads()).toBe(1)
      await writeFile(join(other.folder, 'application.txt'), '')
    } finally {
      await unfreeze()
    }
    const names = () => readdirSync(disk.folder).filter((name) => name.startsWith('watchman-'))
    await expect.poll(names).toEqual([])
    expect(await getReport()).toEqual({ storage: [{ hanging: { ok: true } }, { other: { ok: true } }] })
  })
})

/** The number of file operations that are running in this process. */
function countBusyThreads(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'FSReqPromise').length
}
