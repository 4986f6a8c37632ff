/** How late the timers of this process fire. */
export interface Lateness {
  /** The sum so far, in milliseconds: on a busy machine no code could run during that time. */
  readonly total: () => number
  readonly stop: () => void
}

/** Begins to measure how late the timers of this process fire. */
export function measureLateness(): Lateness {
  const tick = 10
  let late = 0
  let last = performance.now()
  const measure = () => {
    const now = performance.now()
    late += Math.max(0, now - last - 2 * tick)
    last = now
  }
  const timer = setInterval(measure, tick)
  return {
    total() {
      measure()
      return late
    },
    stop: () => clearInterval(timer),
  }
}
