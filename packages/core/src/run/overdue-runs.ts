import { setUnrefTimeout } from './unref-timeout.ts'

/** The next run waits for an overdue one for this many timeouts. */
const WAIT_TIMEOUTS = 3

/** It never waits longer than this, in milliseconds. */
const MAX_WAIT = 5 * 60_000

/** Runs of one target that have timed out and not settled. */
export interface OverdueRuns {
  /** Adds a run that is overdue from now on. `settled` resolves when it settles. */
  add(settled: Promise<void>): void
  /** Whether the next run has to wait: the latest overdue run has not settled, and has not been waited for long enough. */
  isBlocking(): boolean
  /** Resolves when the next run may start. */
  free(): Promise<void>
  /** Forgets all of them: a run has succeeded since. */
  writeOff(): void
  /** What an error says of them: how many there are, and since when. Undefined if there are none. */
  describe(): string | undefined
}

/**
 * Decides how long a run waits for an overdue one before it starts in its place: three timeouts, and twice as long with each
 * further replacement until a run succeeds, so that a backend that hangs for hours is not flooded with lost runs.
 */
export function createOverdueRuns(timeout: number): OverdueRuns {
  /** When each of them became overdue, in milliseconds since the epoch. The oldest comes first. */
  const runs = new Map<Promise<void>, number>()
  let blocking: Promise<void> | undefined
  let replacements = 0

  return {
    add(settled) {
      runs.set(settled, Date.now())
      const wait = Math.min(WAIT_TIMEOUTS * timeout * 2 ** replacements, MAX_WAIT)
      const free = new Promise<void>((resolve) => {
        const cancel = setUnrefTimeout(() => {
          replacements += 1
          resolve()
        }, wait)
        void settled.then(() => {
          runs.delete(settled)
          cancel()
          resolve()
        })
      })
      blocking = free.then(() => {
        blocking = undefined
      })
    },
    isBlocking: () => blocking !== undefined,
    free: async () => blocking,
    writeOff() {
      runs.clear()
      replacements = 0
    },
    describe() {
      const [since] = runs.values()
      if (since === undefined) return undefined
      const time = new Date(since).toISOString()
      return runs.size === 1
        ? `1 run has not settled since ${time}`
        : `${runs.size} runs have not settled, the first since ${time}`
    },
  }
}
