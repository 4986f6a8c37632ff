import { execFileSync } from 'node:child_process'
import { renameSync, watch } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chdir, cwd } from 'node:process'
import { pathToFileURL } from 'node:url'
import { createWatchman } from '@watchman/core'
import {
  ask as askWatchman,
  dropPrivileges,
  mountTmpfs,
  tmpfsSkipReason,
  untyped,
} from '@watchman/test-helpers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fsProbe } from '../src/fs.ts'
import { storage } from '../src/index.ts'

const mountSkipReason = tmpfsSkipReason()
const ok = '{"storage":{"ok":true}}'
const failure = (error: string) => ({ storage: { ok: false, error } })
const never = new AbortController().signal

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), 'watchman-storage-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function ask(directory: string | URL): Promise<string> {
  return (await askWatchman(createWatchman({ checks: [storage(fsProbe(directory))] }))).text
}

/** The same without the privileges of root, who can write anywhere. */
async function askUnprivileged(directory: string): Promise<string> {
  const restore = dropPrivileges()
  try {
    return await ask(directory)
  } finally {
    restore()
  }
}

describe('fsProbe(…)', () => {
  test('is ok where a file can be written, read and removed, and leaves none', async () => {
    expect(await ask(folder)).toBe(ok)
    expect(await ask(pathToFileURL(`${folder}/`))).toBe(ok)
    expect(await readdir(folder)).toEqual([])
  })

  test('writes a file with a unique name into the directory, and touches no other', async () => {
    await writeFile(join(folder, 'kept.txt'), 'kept')
    const names = new Set<string | null>()
    const watcher = watch(folder, (_event, name) => names.add(name))
    const probe = fsProbe(folder)
    await Promise.all([probe(never), probe(never), probe(never)])
    await expect.poll(() => names.size).toBe(3)
    watcher.close()
    for (const name of names) expect(name).toMatch(/^watchman-[0-9a-f-]{36}\.txt$/)
    expect(await readdir(folder)).toEqual(['kept.txt'])
  })

  test('resolves a relative path when the check is made', async () => {
    const before = cwd()
    await mkdir(join(folder, 'uploads'))
    chdir(folder)
    const probe = fsProbe('uploads')
    chdir(before)
    await probe(never)
    await rename(join(folder, 'uploads'), join(folder, 'moved'))
    await expect(async () => probe(never)).rejects.toThrow(`${join(folder, 'uploads')} does not exist`)
  })

  test('never creates the directory, shows that it is missing, and recovers once it exists', async () => {
    const missing = join(folder, 'missing')
    expect(JSON.parse(await ask(missing))).toEqual(
      failure(expect.stringMatching(`^${missing} does not exist: ENOENT: no such file or directory, open '`)),
    )
    expect(await readdir(folder)).toEqual([])
    await mkdir(missing)
    expect(await ask(missing)).toBe(ok)
  })

  test('shows that the path is a file', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    expect(JSON.parse(await ask(file))).toEqual(
      failure(expect.stringContaining(`${file} is not a directory: ENOTDIR`)),
    )
  })

  test('shows that writing is not permitted', async () => {
    await chmod(folder, 0o555)
    expect(JSON.parse(await askUnprivileged(folder))).toEqual(
      failure(expect.stringContaining(`${folder} does not permit this process to write and read: EACCES`)),
    )
    await chmod(folder, 0o777)
    expect(await askUnprivileged(folder)).toBe(ok)
    expect(await readdir(folder)).toEqual([])
  })

  test('rejects with the reason of a signal that has aborted, and does nothing', async () => {
    const reason = new Error('over')
    await expect(fsProbe(join(folder, 'missing'))(AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('removes its file when the signal aborts midway', async () => {
    const probe = fsProbe(folder)
    for (const delay of [0, 1, 2, 3, 4, 5]) {
      const reason = new Error('over')
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(reason), delay)
      const outcome = await Promise.resolve(probe(controller.signal)).then(
        () => undefined,
        (error) => error,
      )
      clearTimeout(timer)
      expect([undefined, reason]).toContain(outcome?.cause ?? outcome)
      await probe(never) // starts once the file is removed
      expect(await readdir(folder)).toEqual([])
    }
  })

  test('leaves nothing after 1,000 runs of which a third are aborted', async () => {
    const probe = fsProbe(folder)
    let failures = 0
    for (let run = 1; run <= 1000; run += 1) {
      const controller = new AbortController()
      // Aborts every third run after another number of turns of the event loop.
      const asked = Promise.resolve(probe(run % 3 === 0 ? controller.signal : never))
      const settled = asked.catch(() => {
        failures += 1
      })
      for (let turn = 0; turn < (run % 5) - 1; turn += 1) await new Promise(setImmediate)
      controller.abort(new Error('over'))
      await settled
    }
    expect(failures).toBeGreaterThan(200)
    await probe(never) // starts once the file of the run before is removed
    expect(await readdir(folder)).toEqual([])
  })

  test('removes its file once the directory is back that was moved away in a run', async () => {
    const [uploads, moved] = [join(folder, 'uploads'), join(folder, 'moved')]
    await mkdir(uploads)
    const probe = fsProbe(uploads)
    const watcher = watch(uploads, () => {
      watcher.close()
      renameSync(uploads, moved) // as soon as the file exists
    })
    await expect(probe(never)).rejects.toThrow(`${uploads} does not exist`)
    expect(await readdir(moved)).toHaveLength(1)
    await rename(moved, uploads)
    await probe(never)
    expect(await readdir(uploads)).toEqual([])
  })

  test.each<[string, string | URL]>([
    ["not a URL as a string: pass new URL('file:///…')", 'file:///srv/uploads'],
    ['not a path with a null byte', 'uploads\0'],
    ['not a path with a null byte', new URL('file:///uploads%00')],
  ])('refuses a directory that cannot work: %s', (message, directory) => {
    const full = `[watchman] fsProbe(…) expects the path or the file: URL of a directory, ${message}`
    expect(() => fsProbe(directory)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: full }),
    )
  })

  test.skipIf(process.platform === 'win32')('refuses a URL with a host', () => {
    expect(() => fsProbe(new URL('file://host/uploads'))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('host') }),
    )
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an? URL', new URL('https://example.org/')],
    ['an Object', { protocol: 'file:', href: 'file:///tmp' }],
    ['1', 1],
  ])('refuses %s in place of a directory', (found, value) => {
    expect(() => fsProbe(untyped(value))).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(`expects the path or the file: URL of a directory, not ${found}$`),
      }),
    )
  })
})

describe.skipIf(mountSkipReason)(`fsProbe(…) on its own disk ${mountSkipReason ?? ''}`, () => {
  const remount = (mode: 'ro' | 'rw') => execFileSync('mount', ['-o', `remount,${mode}`, folder])

  let unmount: () => void

  beforeEach(() => {
    unmount = mountTmpfs(folder, 64)
  })
  afterEach(() => unmount())

  test('shows that the disk is full, leaves nothing, and recovers', async () => {
    const filler = join(folder, 'filler')
    await expect(writeFile(filler, Buffer.alloc(128 * 1024))).rejects.toThrow('ENOSPC')
    expect(JSON.parse(await ask(folder))).toEqual(
      failure(
        `${folder} is full: its disk has no space, or no room for another file: ENOSPC: no space left on device, write`,
      ),
    )
    expect(await readdir(folder)).toEqual(['filler'])
    await rm(filler)
    expect(await ask(folder)).toBe(ok)
  })

  test('shows that it is read-only, and recovers', async () => {
    remount('ro')
    expect(JSON.parse(await ask(folder))).toEqual(
      failure(expect.stringContaining(`${folder} is read-only: EROFS: read-only file system, open`)),
    )
    remount('rw')
    expect(await ask(folder)).toBe(ok)
    expect(await readdir(folder)).toEqual([])
  })
})
