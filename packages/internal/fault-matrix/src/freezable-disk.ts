import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Restore } from './fault.ts'
import { fillDisk, writeUntilFull } from './full-disk.ts'

/** A folder on a disk that can be full or read-only, and can hang as a network mount does. */
export interface FreezableDisk {
  readonly folder: string
  /** Blocks every write in the kernel; returns the function that lets them continue. */
  freeze(): Promise<Restore>
  /** Fills the disk; returns the function that frees the space. */
  fill(): Restore
  /** Uses every inode, although there is space; returns the function that frees them. */
  useAllInodes(): Restore
  /** Makes it read-only; returns the function that makes it writable again. */
  makeReadOnly(): Restore
  /** Removes the folder and everything in it. */
  remove(): void
}

/** The size of the disk, in kilobytes. */
const SIZE = 512

/** The number of inodes, with those that the file system uses itself. */
const INODES = 64

/** Seconds until a frozen disk continues by itself: a process that waits for it cannot be killed before. */
const MAX_FREEZE = 30

/** Why no such disk can be mounted on this machine; undefined if it can. */
export const freezeSkipReason = tryMount()

/** Makes such a disk; a plain folder, which can only be removed, if none can be mounted. */
export function makeFreezableDisk(): FreezableDisk {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  chmodSync(folder, 0o755)
  if (!freezeSkipReason) mount(folder)
  const remount = (mode: 'ro' | 'rw') =>
    execFileSync('mount', ['-o', `remount,${mode}`, folder], { stdio: 'pipe' })
  return {
    folder,
    async freeze() {
      const script = `
        fsfreeze --freeze "$1" && echo frozen || exit 1
        timeout ${MAX_FREEZE} cat
        fsfreeze --unfreeze "$1"`
      const freezer = spawn('sh', ['-c', script, 'sh', folder], {
        detached: true, // survives an interrupt of the tests
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const [output] = await Promise.race([once(freezer.stdout, 'data'), once(freezer, 'exit')])
      if (typeof output === 'number') throw new Error(`[fault-matrix] ${folder} could not be frozen`)
      return async () => {
        freezer.stdin.end()
        await once(freezer, 'exit')
      }
    },
    fill: () => fillDisk(folder, SIZE),
    useAllInodes() {
      const files = join(folder, 'files')
      mkdirSync(files)
      writeUntilFull(() => {
        for (let count = 0; count < INODES; count += 1) writeFileSync(join(files, String(count)), '')
      })
      return () => rmSync(files, { recursive: true })
    },
    makeReadOnly() {
      remount('ro')
      return () => remount('rw')
    },
    remove() {
      if (!freezeSkipReason) unmount(folder)
      rmSync(folder, { recursive: true })
    },
  }
}

function mount(folder: string): void {
  const image = `${folder}.image`
  writeFileSync(image, '')
  truncateSync(image, SIZE * 1024)
  execFileSync('mkfs.ext4', ['-q', '-m', '0', '-N', String(INODES), '-O', '^has_journal', image], {
    stdio: 'pipe',
  })
  execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'pipe' })
}

function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder]) // a failed test may have left an operation running
  rmSync(`${folder}.image`)
}

function tryMount(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount a disk'
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  try {
    execFileSync('fsfreeze', ['--version'], { stdio: 'pipe' })
    mount(folder)
    unmount(folder)
    return undefined
  } catch (error) {
    return `no disk can be mounted: ${error instanceof Error ? error.message : error}`
  } finally {
    rmSync(`${folder}.image`, { force: true })
    rmSync(folder, { recursive: true })
  }
}
