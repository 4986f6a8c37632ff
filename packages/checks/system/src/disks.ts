import { statfs } from 'node:fs/promises'
import { percent, type Reading, toReading } from './reading.ts'

/** Makes the function that measures the disk of `path`: the bytes that an unprivileged process can use. */
export function disk(path: string, minFree: number): () => Promise<Reading> {
  return async () => {
    const { bavail, bsize, blocks } = await statfs(path)
    const share = blocks ? bavail / blocks : 1 // virtual file systems such as /proc have no blocks
    return toReading({ free: bavail * bsize, size: blocks * bsize }, [
      share < minFree && `${percent(share)} of the disk is free, less than ${percent(minFree)}`,
    ])
  }
}
