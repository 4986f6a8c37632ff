import { equal, fail } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { Probe } from '@watchman/core'
import { errorMessage } from '@watchman/core/driver'
import { bringUp } from './assert-recovers.ts'
import { assertCleanupEnds, assertSettles } from './assert-settles.ts'
import type { Case } from './case.ts'
import { collectGarbage } from './collect-garbage.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { type ProbeRun, runToEnd, startRun } from './run-probe.ts'
import { SEND_TIME, timeLimitsOf } from './time-limits.ts'
import { countTimers } from './timers.ts'
import { uncaughtErrors } from './uncaught-errors.ts'
import { waitForNone } from './wait-for.ts'
import { within } from './within.ts'

/** Enough runs to distinguish what each of them leaves from what a client does by itself. */
const RUNS = 12

/** What a probe leaves in its process. */
export function probeProcessCases(subject: ProbeSubject): readonly Case[] {
  const { up, down, hung } = subject
  const { answer, deadline } = timeLimitsOf(subject)

  /** Aborts a run that has lasted a while, and waits for its cleanup. */
  async function abortLate(run: ProbeRun): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, SEND_TIME))
    run.abort()
    await assertSettles(run, 'after its signal aborted while the backend hangs')
    await assertCleanupEnds(run, subject)
  }

  return [
    {
      name: 'the probe leaves no listener on its signal',
      async run() {
        const settled = startRun(await bringUp(subject))
        await within(settled.cleanedUp, answer, 'the probe did not settle, although the backend is up,')
        await assertNoListener(settled, 'that never aborted')
        if (!hung) return
        const aborted = startRun(await hung())
        await abortLate(aborted)
        await assertNoListener(aborted, 'that aborted')
      },
    },
    {
      name: 'the probe leaves no timer',
      run: async () => assertSteady(await bringUp(subject), assertNoTimers, answer),
    },
    {
      name: 'the probe closes what it opens',
      run: async () => assertSteady(await bringUp(subject), assertNoResources, answer),
    },
    {
      name: 'the client does not accumulate listeners',
      async run() {
        const probe = await bringUp(subject)
        const warnings: string[] = []
        const record = ({ name, message }: Error) => {
          if (name === 'MaxListenersExceededWarning') warnings.push(message)
        }
        process.on('warning', record)
        try {
          for (let count = 0; count < RUNS; count += 1) await runToEnd(probe, answer)
          await new Promise((resolve) => setImmediate(resolve)) // warnings are emitted in a later turn
        } finally {
          process.off('warning', record)
        }
        if (warnings[0]) fail(`each run leaves a listener: ${warnings[0]}`)
      },
    },
    {
      name: 'no error is left uncaught',
      async run() {
        const errors = await uncaughtErrors(async () => {
          await runToEnd(await down(), deadline)
          if (hung) {
            await up()
            await abortLate(startRun(await hung()))
          }
          await down()
          await new Promise((resolve) => setTimeout(resolve, SEND_TIME))
          await runToEnd(await up(), answer)
        })
        if (errors.length > 0) fail(`uncaught: ${errors.map(errorMessage).join(', ')}`)
      },
    },
  ]
}

async function assertNoListener({ signal }: ProbeRun, which: string): Promise<void> {
  const count = () => getEventListeners(signal, 'abort').length
  // `fetch` removes its listener when its Request is collected, which takes more than one turn.
  for (let turn = 0; turn < 10 && count() > 0; turn += 1) await collectGarbage()
  equal(count(), 0, `the probe left ${count()} listeners on a signal ${which}`)
}

/** Asserts that `act` leaves nothing of a kind. */
type AssertNothingLeft = (act: () => Promise<void>) => Promise<void>

/** Runs the probe until its client has opened all that it needs, and then asserts that further runs leave nothing. */
async function assertSteady(
  probe: Probe,
  assertNothingLeft: AssertNothingLeft,
  answer: number,
): Promise<void> {
  const runs = async () => {
    for (let count = 0; count < RUNS; count += 1) await runToEnd(probe, answer)
  }
  await runs()
  await assertNothingLeft(runs)
}

const assertNoTimers: AssertNothingLeft = async (act) => {
  const timers = countTimers()
  try {
    await act()
    // A client may replace a timer at each use; a leak leaves as many as there were runs.
    const left = async () => {
      if (timers.pending() >= RUNS) await collectGarbage() // ends the timers of AbortSignal.timeout()
      return timers.pending() < RUNS ? [] : [`${timers.pending()} timers of ${RUNS} runs`]
    }
    await waitForNone(left, 'the probe leaves timers', 200)
  } finally {
    timers.end()
  }
}

const assertNoResources: AssertNothingLeft = async (act) => {
  const before = countResources()
  await act()
  const left = () =>
    [...countResources()]
      .filter(([type, count]) => type !== 'Timeout' && count >= (before.get(type) ?? 0) + RUNS)
      .map(([type, count]) => `${count - (before.get(type) ?? 0)} more of ${type} after ${RUNS} runs`)
  await waitForNone(left, 'the probe leaves open', 500)
}

/** Counts what keeps the process alive, by type. */
function countResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const type of process.getActiveResourcesInfo?.() ?? []) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}
