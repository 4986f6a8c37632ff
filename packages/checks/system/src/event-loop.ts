import { performance } from 'node:perf_hooks'
import { type Reading, toReading } from './reading.ts'

/** Limits of the event loop. */
export interface EventLoopOptions {
  /** Milliseconds by which a timer may be late. @default 500 */
  readonly maxDelay?: number | undefined
  /** The share of the time since the last run in which the loop may have been busy, from 0 to 1. @default 1 */
  readonly maxUtilization?: number | undefined
}

/** The shortest delay of a timer in Node, in milliseconds. */
const SHORTEST = 1

/** Makes the function that measures the event loop. A timer exists only while it runs. */
export function eventLoop({ maxDelay = 500, maxUtilization = 1 }: EventLoopOptions): () => Promise<Reading> {
  let last = performance.eventLoopUtilization()
  return async () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    const began = performance.now()
    await new Promise((resolve) => setTimeout(resolve, SHORTEST))
    const delay = Math.max(0, performance.now() - began - SHORTEST)
    return toReading({ delay: Math.round(delay), utilization: Math.round(utilization * 100) / 100 }, [
      delay > maxDelay && `a timer was ${Math.round(delay)} ms late`,
      utilization > maxUtilization && `was busy ${Math.round(utilization * 100)} % of the time`,
    ])
  }
}
