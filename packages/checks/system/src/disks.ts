import { statfs } from 'node:fs/promises'
import { percent, type Reading, toReading } from './reading.ts'

/** Makes the measurement of the disk that `path` is on. Bytes that a process without privileges may use. */
export function disk(path: string, minFree: number): () => Promise<Reading> {
  return async () => {
    const { bavail, bsize, blocks } = await statfs(path)
    const share = blocks ? bavail / blocks : 1 // what the kernel makes up has no blocks
    return toReading({ free: bavail * bsize, size: blocks * bsize }, [
      share < minFree && `${percent(share)} of the disk is free, less than ${percent(minFree)}`,
    ])
  }
}
