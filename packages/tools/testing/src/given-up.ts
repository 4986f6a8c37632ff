import { ASKED, patienceOf, SOON } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import type { Run, Settled } from './run-of-probe.ts'
import { within } from './within.ts'

/**
 * Asserts that a run whose signal has aborted settles: soon, or when the backend goes on where the client can do no
 * better.
 */
export async function gaveUp({ settled }: Run, subject: ProbeSubject, when: string): Promise<Settled> {
  const { resume } = subject
  if (!resume) return within(settled, SOON, `the probe did not settle ${when}`)
  await new Promise((resolve) => setTimeout(resolve, ASKED)) // let it have sent what it cannot take back
  await resume()
  return within(settled, patienceOf(subject).answer, `the probe did not end ${when} and the backend went on`)
}

/** Asserts that a run has done all it had left to do, once the backend is up again. */
export async function ended(run: Run, subject: ProbeSubject): Promise<void> {
  await subject.up()
  const late = 'the run did not end, though the backend is up again,'
  await within(run.ended, patienceOf(subject).answer, late)
}
