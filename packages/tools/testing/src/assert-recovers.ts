import type { Probe } from '@watchman/core'
import type { ProbeSubject } from './probe-subject.ts'
import { assertResolved, type RunOutcome, runToEnd } from './run-probe.ts'
import { type TimeLimits, timeLimitsOf } from './time-limits.ts'

/** Milliseconds between two attempts. */
const INTERVAL = 50

/** Runs the probe until it resolves, since its client may wait before it reconnects. Returns the last outcome. */
async function retry(probe: Probe, { recovery, deadline }: TimeLimits): Promise<RunOutcome> {
  const end = performance.now() + recovery
  for (;;) {
    const outcome = await runToEnd(probe, deadline)
    if (outcome.ok || performance.now() > end) return outcome
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}

/** Asserts that the probe resolves again after the backend, which before `was down` or `hung`, is up. */
export async function assertRecovers(probe: Probe, before: string, limits: TimeLimits): Promise<void> {
  const outcome = await retry(probe, limits)
  assertResolved(outcome, `${limits.recovery} ms after the backend, which ${before}, was up again`)
}

/** Brings the backend up, waits for the client to reconnect after the previous case, and returns the probe. */
export async function bringUp(subject: ProbeSubject): Promise<Probe> {
  const probe = await subject.up()
  await retry(probe, timeLimitsOf(subject)) // the case asserts the outcome
  return probe
}
