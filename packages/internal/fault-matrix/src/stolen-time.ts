import { measureLateness } from '@watchman/test-helpers'

/**
 * Measures for how long this process could not run because others used the CPU; the function that it returns stops and
 * returns the milliseconds. It is how late the event loop was, less the CPU time of this process: code that blocks the event
 * loop is not excused.
 */
export function measureStolenTime(): () => number {
  const lateness = measureLateness()
  const before = process.cpuUsage()
  return () => {
    const late = lateness.total()
    lateness.stop()
    const { user, system } = process.cpuUsage(before)
    return Math.max(0, late - (user + system) / 1000)
  }
}
