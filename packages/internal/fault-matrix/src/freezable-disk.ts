import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memberOf } from '@watchman/core/driver'
import type { Mend } from './fault.ts'
import { fillDisk } from './small-disk.ts'

/** A folder that is a disk of its own, where that is possible, and can be made to hang as a mount over a network does. */
export interface FreezableDisk {
  readonly folder: string
  /** Holds everything that writes to it, in the kernel; returns the function that lets it go on. */
  freeze(): Promise<Mend>
  /** Writes until nothing more fits; returns the function that makes room again. */
  fill(): Mend
  /** Writes empty files until it takes no more, though there is space; returns the function that removes them. */
  crowd(): Mend
  /** Makes it read-only; returns the function that makes it writable again. */
  protect(): Mend
  /** Removes it and what is in it. */
  remove(): void
}

/** Kilobytes it has. */
const SIZE = 512

/** How many files it can hold, with those that a file system has itself. */
const FILES = 64

/** Seconds until a frozen one goes on by itself: whoever waits for it can not be killed before. */
const PATIENCE = 30

/** Why no such disk can be had here; undefined where it can. */
export const freezeProblem = tryMount()

/** Makes one; a plain folder, that can only be removed, where none can be had. */
export function makeFreezableDisk(): FreezableDisk {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  chmodSync(folder, 0o755)
  if (!freezeProblem) mount(folder)
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${how}`, folder], { stdio: 'pipe' })
  return {
    folder,
    async freeze() {
      const script = `
        fsfreeze --freeze "$1" && echo frozen || exit 1
        timeout ${PATIENCE} cat
        fsfreeze --unfreeze "$1"`
      const freezer = spawn('sh', ['-c', script, 'sh', folder], {
        detached: true, // an interrupt of the tests is not to end it
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const [said] = await Promise.race([once(freezer.stdout, 'data'), once(freezer, 'exit')])
      if (typeof said === 'number') throw new Error(`[faults] ${folder} could not be frozen`)
      return async () => {
        freezer.stdin.end()
        await once(freezer, 'exit')
      }
    },
    fill: () => fillDisk(folder, SIZE),
    crowd() {
      const crowd = join(folder, 'crowd')
      mkdirSync(crowd)
      try {
        for (let count = 0; count < FILES; count += 1) writeFileSync(join(crowd, String(count)), '')
      } catch (error) {
        if (memberOf(error, 'code') !== 'ENOSPC') throw error
      }
      return () => rmSync(crowd, { recursive: true })
    },
    protect() {
      remount('ro')
      return () => remount('rw')
    },
    remove() {
      if (!freezeProblem) unmount(folder)
      rmSync(folder, { recursive: true })
    },
  }
}

function mount(folder: string): void {
  const image = `${folder}.image`
  writeFileSync(image, '')
  truncateSync(image, SIZE * 1024)
  execFileSync('mkfs.ext4', ['-q', '-m', '0', '-N', String(FILES), '-O', '^has_journal', image], {
    stdio: 'pipe',
  })
  execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'pipe' })
}

function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder]) // a test that failed may have left something under way
  rmSync(`${folder}.image`)
}

function tryMount(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root of Linux can mount a disk of its own'
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  try {
    execFileSync('fsfreeze', ['--version'], { stdio: 'pipe' })
    mount(folder)
    unmount(folder)
    return undefined
  } catch (error) {
    return `no disk of its own can be mounted here: ${error instanceof Error ? error.message : error}`
  } finally {
    rmSync(`${folder}.image`, { force: true })
    rmSync(folder, { recursive: true })
  }
}
