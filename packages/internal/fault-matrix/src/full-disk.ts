import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memberOf } from '@watchman/core/driver'

/** Calls `write` until the disk is full. */
export function writeUntilFull(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (memberOf(error, 'code') !== 'ENOSPC') throw error
  }
}

/** Fills a disk of `kilobytes`; returns the function that frees the space. */
export function fillDisk(folder: string, kilobytes: number): () => void {
  const file = join(folder, 'filler')
  for (let size = 1024 * kilobytes; size > 0; size = Math.floor(size / 2)) {
    writeUntilFull(() => writeFileSync(file, Buffer.alloc(size), { flag: 'a' }))
  }
  return () => rmSync(file)
}
