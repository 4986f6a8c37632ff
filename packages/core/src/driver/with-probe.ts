import type { Probe } from '../types/check.ts'

/**
 * Makes a probe that runs `run` in place of `probe` and keeps what `probe` says about its client.
 *
 * @example
 * const patient = withProbe(probe, (signal) => retry(() => probe(signal)))
 */
export function withProbe(probe: Probe, run: (signal: AbortSignal) => unknown): Probe {
  const { setupWarning, secrets } = probe
  return Object.assign((signal: AbortSignal) => run(signal), {
    ...(setupWarning && { setupWarning }),
    ...(secrets && { secrets }),
  })
}
