/** Milliseconds between two measurements. */
const TICK = 10

/** How late the timers of this process fire. */
export interface Lateness {
  /** The sum so far, in milliseconds: the event loop did not turn during that time. */
  readonly total: () => number
  readonly stop: () => void
}

/** Begins to measure how late the timers of this process fire. A timer that is late by less than a tick does not count. */
export function measureLateness(): Lateness {
  let sum = 0
  let last = performance.now()
  const measure = () => {
    const now = performance.now()
    const late = now - last - TICK
    if (late > TICK) sum += late
    last = now
  }
  const timer = setInterval(measure, TICK)
  return {
    total() {
      measure()
      return sum
    },
    stop: () => clearInterval(timer),
  }
}
