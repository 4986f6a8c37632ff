import type { ProbeSubject } from './probe-subject.ts'
import type { ProbeRun, RunOutcome } from './run-probe.ts'
import { SETTLE_TIME, timeLimitsOf } from './time-limits.ts'
import { within } from './within.ts'

/** Asserts that a run settles soon after its signal has aborted. */
export function assertSettles({ outcome }: ProbeRun, when: string): Promise<RunOutcome> {
  return within(outcome, SETTLE_TIME, `the probe did not settle ${when}`)
}

/** Asserts that the cleanup of a run ends once the backend is up again. */
export async function assertCleanupEnds({ cleanedUp }: ProbeRun, subject: ProbeSubject): Promise<void> {
  await subject.up()
  const { answer } = timeLimitsOf(subject)
  await within(cleanedUp, answer, 'the cleanup of the run did not end, although the backend is up again,')
}
