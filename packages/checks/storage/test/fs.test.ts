import { execFileSync } from 'node:child_process'
import { watch } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chdir, cwd } from 'node:process'
import { pathToFileURL } from 'node:url'
import { createWatchman } from '@watchman/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fsProbe } from '../src/fs.ts'
import { storage } from '../src/index.ts'
import { asNobody, canDropRights, mountProblem } from './rights.ts'

const ok = '{"storage":{"ok":true}}'
const failure = (error: string) => ({ storage: { ok: false, error } })
const never = new AbortController().signal

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(await realpath(tmpdir()), 'watchman-storage-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function ask(directory: string | URL): Promise<string> {
  const watchman = createWatchman({ checks: [storage(fsProbe(directory))] })
  return (await watchman.status(new Request('http://localhost/'))).text()
}

describe('fsProbe(…)', () => {
  test('is ok where a file can be written, read and removed, and leaves none', async () => {
    expect(await ask(folder)).toBe(ok)
    expect(await ask(pathToFileURL(`${folder}/`))).toBe(ok)
    expect(await readdir(folder)).toEqual([])
  })

  test('writes into the directory, under a name of its own, and touches no other file', async () => {
    await writeFile(join(folder, 'kept.txt'), 'kept')
    const names = new Set<string | null>()
    const watcher = watch(folder, (_event, name) => names.add(name))
    const probe = fsProbe(folder)
    await Promise.all([probe(never), probe(never), probe(never)])
    await vi.waitFor(() => expect(names.size).toBe(3))
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

  test('shows that it is a file', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    expect(JSON.parse(await ask(file))).toEqual(
      failure(expect.stringContaining(`${file} is not a directory: ENOTDIR`)),
    )
  })

  test.skipIf(!canDropRights)('shows that it may not write', async () => {
    await chmod(folder, 0o555)
    expect(JSON.parse(await asNobody(() => ask(folder)))).toEqual(
      failure(expect.stringContaining(`${folder} does not permit this process to write and read: EACCES`)),
    )
    await chmod(folder, 0o777)
    expect(await asNobody(() => ask(folder))).toBe(ok)
    expect(await readdir(folder)).toEqual([])
  })

  test('reports the reason of a deadline that has passed, and does nothing', async () => {
    const reason = new Error('over')
    await expect(fsProbe(join(folder, 'missing'))(AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('removes its file when the deadline passes in the middle', async () => {
    for (const delay of [0, 1, 2, 3, 4, 5]) {
      const reason = new Error('over')
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(reason), delay)
      const outcome = await Promise.resolve(fsProbe(folder)(controller.signal)).then(
        () => undefined,
        (error) => error,
      )
      clearTimeout(timer)
      expect([undefined, reason]).toContain(outcome?.cause ?? outcome)
      await Promise.allSettled([outcome?.settled])
      expect(await readdir(folder)).toEqual([])
    }
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an? URL', new URL('https://example.org/')],
    ['an Object', { protocol: 'file:', href: 'file:///tmp' }],
    ['1', 1],
  ])('refuses %s in place of a directory', (found, value) => {
    const create: (directory: unknown) => unknown = Object(fsProbe)
    expect(() => create(value)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(`expects the path or the file: URL of a directory, not ${found}$`),
      }),
    )
  })
})

describe.skipIf(mountProblem)(`fsProbe(…) on its own disk ${mountProblem ?? ''}`, () => {
  const mount = (...options: string[]) => execFileSync('mount', ['-t', 'tmpfs', ...options, 'tmpfs', folder])

  beforeEach(() => {
    mount('-o', 'size=64k')
  })
  afterEach(() => {
    execFileSync('umount', [folder])
  })

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
    mount('-o', 'remount,ro')
    expect(JSON.parse(await ask(folder))).toEqual(
      failure(expect.stringContaining(`${folder} is read-only: EROFS: read-only file system, open`)),
    )
    mount('-o', 'remount,rw')
    expect(await ask(folder)).toBe(ok)
    expect(await readdir(folder)).toEqual([])
  })
})
