import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { percent, type Reading, toReading } from './reading.ts'

/** Limits of the memory. */
export interface MemoryOptions {
  /** The share of the heap's limit that may be in use, from 0 to 1. @default 0.95 */
  readonly maxHeap?: number | undefined
  /** The share of the limit of the process that may be resident, from 0 to 1. @default 0.95 */
  readonly maxRss?: number | undefined
}

/** Makes the function that measures the memory in bytes. The limit is that of the cgroup, or else the memory of the machine. */
export function memory({ maxHeap = 0.95, maxRss = 0.95 }: MemoryOptions): () => Reading {
  return () => {
    const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics()
    const rss = process.memoryUsage.rss()
    // A cgroup without a limit reports 0, or more than the machine has.
    const limit = Math.min(process.constrainedMemory() || totalmem(), totalmem())
    return toReading({ heap, heapLimit, rss, limit }, [
      heap / heapLimit > maxHeap && `the heap is ${percent(heap / heapLimit)} full`,
      rss / limit > maxRss && `the process uses ${percent(rss / limit)} of its memory limit`,
    ])
  }
}
