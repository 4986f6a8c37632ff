import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memberOf } from '@watchman/core/driver'
import type { Mend } from './fault.ts'

/** A folder that is a file system of its own, where that is possible. */
export interface SmallDisk {
  readonly folder: string
  /** Writes until nothing more fits; returns the function that makes room again. */
  fill(): Mend
  /** Removes it and what is in it. */
  remove(): void
}

/** Why no file system can be mounted here, so that no disk can be filled; undefined where one can. */
export const diskProblem = tryMount()

/** Makes a disk of so many kilobytes; a plain folder where none can be mounted. */
export function makeSmallDisk(kilobytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  chmodSync(folder, 0o755)
  if (!diskProblem) mount(folder, kilobytes)
  return {
    folder,
    fill() {
      if (diskProblem) throw new Error(`[faults] ${diskProblem}`)
      return fillDisk(folder, kilobytes)
    },
    remove() {
      if (!diskProblem) execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}

/** Writes to a disk of so many kilobytes until nothing more fits; returns the function that makes room again. */
export function fillDisk(folder: string, kilobytes: number): Mend {
  const file = join(folder, 'filler')
  for (let size = 1024 * kilobytes; size > 0; size = Math.floor(size / 2)) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      if (memberOf(error, 'code') !== 'ENOSPC') throw error
    }
  }
  return () => rmSync(file)
}

function mount(folder: string, kilobytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=755`, 'tmpfs', folder], {
    stdio: 'pipe',
  })
}

function tryMount(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root of Linux can mount a small disk'
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  try {
    mount(folder, 4)
    execFileSync('umount', [folder])
    return undefined
  } catch (error) {
    return `mount is not permitted here: ${error instanceof Error ? error.message : error}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}
