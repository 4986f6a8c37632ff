import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mountTmpfs, tmpfsSkipReason } from '@watchman/test-helpers'
import type { Restore } from './fault.ts'
import { fillDisk } from './full-disk.ts'

/** A folder on a disk that can be filled. */
export interface SmallDisk {
  readonly folder: string
  /** Fills the disk; returns the function that frees the space. */
  fill(): Restore
  /** Removes the folder and everything in it. */
  remove(): void
}

/** Why no small disk can be mounted on this machine; undefined if it can. */
export const smallDiskSkipReason = tmpfsSkipReason()

/** Makes a disk of `kilobytes`, or a plain folder, which cannot be filled, if no disk can be mounted. */
export function makeSmallDisk(kilobytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-disk-'))
  chmodSync(folder, 0o755)
  const unmount = smallDiskSkipReason ? () => {} : mountTmpfs(folder, kilobytes)
  return {
    folder,
    fill() {
      if (smallDiskSkipReason) throw new Error(`[fault-matrix] ${smallDiskSkipReason}`)
      return fillDisk(folder, kilobytes)
    },
    remove() {
      unmount()
      rmSync(folder, { recursive: true })
    },
  }
}
