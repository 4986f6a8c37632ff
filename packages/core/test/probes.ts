import type { Probe } from '@watchman/core'

/** A probe whose backend answers. */
export const healthy: Probe = async () => {}

/** A probe whose backend is down. */
export const failing: Probe = async () => {
  throw new Error('down')
}

/** A probe, and how often it has been started. */
export interface CountedProbe {
  readonly probe: Probe
  readonly runs: () => number
}

/** A probe whose nth run does the nth step. The last step repeats. */
export function scripted(...steps: readonly [Probe, ...Probe[]]): CountedProbe {
  let runs = 0
  return {
    probe: (signal) => {
      const step = steps[Math.min(runs, steps.length - 1)] ?? steps[0]
      runs += 1
      return step(signal)
    },
    runs: () => runs,
  }
}

/** A probe that never settles, even when its signal aborts. */
export function hanging(): CountedProbe {
  return scripted(() => new Promise(() => {}))
}

/** A probe that is healthy until `down` is set. */
export function switchable() {
  const state = { down: false, runs: 0 }
  const probe: Probe = async () => {
    state.runs += 1
    if (state.down) throw new Error('down')
  }
  return { probe, state }
}
