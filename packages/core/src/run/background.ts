import { MAX_DELAY } from '../options/rules.ts'
import { setUnrefTimeout } from './unref-timeout.ts'

/** Runs that repeat in the background. */
export interface Background {
  /** Runs `run` now and then every `interval` milliseconds, with ±10 % jitter so that processes do not synchronize. */
  repeat(run: () => void, interval: number): void
  /** Stops all of them. */
  stop(): void
}

export function createBackground(): Background {
  const timers = new Map<() => void, () => void>()

  function repeat(run: () => void, interval: number): void {
    const next = () => repeat(run, interval)
    const delay = interval * (0.9 + Math.random() / 5)
    timers.set(run, setUnrefTimeout(next, Math.min(delay, MAX_DELAY)))
    run()
  }

  return {
    repeat,
    stop() {
      for (const cancel of timers.values()) cancel()
    },
  }
}
