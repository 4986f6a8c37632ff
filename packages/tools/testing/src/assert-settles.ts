import type { ProbeSubject } from './probe-subject.ts'
import type { ProbeRun, RunOutcome } from './run-probe.ts'
import { SEND_TIME, SETTLE_TIME, timeLimitsOf } from './time-limits.ts'
import { within } from './within.ts'

/**
 * Asserts that a run settles after its signal has aborted: soon, or once the backend continues where the subject has
 * `resume`.
 */
export async function assertSettles(
  { outcome }: ProbeRun,
  subject: ProbeSubject,
  when: string,
): Promise<RunOutcome> {
  const { resume } = subject
  if (!resume) return within(outcome, SETTLE_TIME, `the probe did not settle ${when}`)
  await new Promise((resolve) => setTimeout(resolve, SEND_TIME)) // it has sent what it cannot take back
  await resume()
  const { answer } = timeLimitsOf(subject)
  return within(outcome, answer, `the probe did not settle ${when} and the backend continued`)
}

/** Asserts that the cleanup of a run ends once the backend is up again. */
export async function assertCleanupEnds({ cleanedUp }: ProbeRun, subject: ProbeSubject): Promise<void> {
  await subject.up()
  const { answer } = timeLimitsOf(subject)
  await within(cleanedUp, answer, 'the cleanup of the run did not end, although the backend is up again,')
}
