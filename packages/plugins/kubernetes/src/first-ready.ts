/** Spreads the first time that instances are ready. */
export interface FirstReady {
  /** Whether the instance may be ready now, given that it could be. */
  allows(couldBeReady: boolean): boolean
}

/**
 * An instance that could not be ready at first becomes ready up to `jitter` milliseconds, at random, after it could. One that could at
 * once is ready at once, and so is one that was ready before.
 */
export function createFirstReady(jitter: number): FirstReady {
  let hasWaited = false
  let readyAt: number | undefined

  return {
    allows(couldBeReady) {
      if (!couldBeReady) {
        if (readyAt === undefined) hasWaited = true
        return false
      }
      readyAt ??= performance.now() + (hasWaited ? Math.random() * jitter : 0)
      return performance.now() >= readyAt
    },
  }
}
