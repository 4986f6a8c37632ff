import type { Probe } from '@watchman/core'
import { type Patience, patienceOf } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { ensureResolved, runFor } from './run-of-probe.ts'

/** Milliseconds between two attempts. */
const INTERVAL = 50

/** Asks until the probe resolves: its client may wait a while before it tries again. Ends with the last outcome. */
async function attempts(probe: Probe, { recovery, deadline }: Patience) {
  const end = performance.now() + recovery
  for (;;) {
    const outcome = await runFor(probe, deadline)
    if (outcome.ok || performance.now() > end) return outcome
    await new Promise((resolve) => setTimeout(resolve, INTERVAL))
  }
}

/** Asserts that the probe resolves again, now that its backend is up, which before `was down` or `hung`. */
export async function recovered(probe: Probe, before: string, patience: Patience): Promise<void> {
  const outcome = await attempts(probe, patience)
  ensureResolved(outcome, `${patience.recovery} ms after the backend, which ${before}, was up again`)
}

/** Lets the backend answer, and the client find it again after what the case before has done; gives the probe. */
export async function upAgain(subject: ProbeSubject): Promise<Probe> {
  const probe = await subject.up()
  await attempts(probe, patienceOf(subject)) // what this comes to is for the case to tell
  return probe
}
