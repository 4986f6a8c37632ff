import { equal, fail } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { Probe } from '@watchman/core'
import type { Case } from './case.ts'
import { collectGarbage } from './collect-garbage.ts'
import { eventuallyNone } from './eventually.ts'
import { ended, gaveUp } from './given-up.ts'
import { ASKED, patienceOf } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { upAgain } from './recovery.ts'
import { type Run, runFor, runOf } from './run-of-probe.ts'
import { strayErrors } from './stray-errors.ts'
import { countTimers } from './timers.ts'
import { within } from './within.ts'
import { wordsOf } from './words-of.ts'

/** Enough runs that one thing left by each stands out from what a client does by itself. */
const RUNS = 12

/** What becomes of the process that a probe runs in. */
export function probeProcessCases(subject: ProbeSubject): readonly Case[] {
  const { up, down, hung } = subject
  const { answer, deadline } = patienceOf(subject)

  /** Ends a run that has lasted a while, whatever its client can take back. */
  const giveUp = async (run: Run) => {
    await new Promise((resolve) => setTimeout(resolve, ASKED))
    run.abort()
    await gaveUp(run, subject, 'after its signal aborted while the backend hangs')
    await ended(run, subject)
  }
  return [
    {
      name: 'the probe leaves no listener on its signal',
      async run() {
        const answered = runOf(await upAgain(subject))
        await within(answered.ended, answer, 'the probe did not settle, though the backend is up,')
        await ensureNoListener(answered, 'that never aborted')
        if (!hung) return
        const aborted = runOf(await hung())
        await giveUp(aborted)
        await ensureNoListener(aborted, 'that aborted')
      },
    },
    {
      name: 'the probe leaves no timer',
      run: async () => ensureSteady(await upAgain(subject), timersLeft, answer),
    },
    {
      name: 'the probe closes what it opens',
      run: async () => ensureSteady(await upAgain(subject), resourcesLeft, answer),
    },
    {
      name: 'the client is not left with more and more listeners',
      async run() {
        const probe = await upAgain(subject)
        const warnings: string[] = []
        const hear = ({ name, message }: Error) => {
          if (name === 'MaxListenersExceededWarning') warnings.push(message)
        }
        process.on('warning', hear)
        try {
          for (let count = 0; count < RUNS; count += 1) await runFor(probe, answer)
          await new Promise((resolve) => setImmediate(resolve)) // warnings are told in a later turn
        } finally {
          process.off('warning', hear)
        }
        if (warnings[0]) fail(`each run leaves a listener: ${warnings[0]}`)
      },
    },
    {
      name: 'nothing is thrown where nobody can catch it',
      async run() {
        const errors = await strayErrors(async () => {
          await runFor(await down(), deadline)
          if (hung) {
            await up()
            await giveUp(runOf(await hung()))
          }
          await down()
          await new Promise((resolve) => setTimeout(resolve, ASKED))
          await runFor(await up(), answer)
        })
        if (errors.length > 0) fail(`thrown where nobody can catch it: ${errors.map((one) => wordsOf(one))}`)
      },
    },
  ]
}

async function ensureNoListener({ signal }: Run, which: string): Promise<void> {
  const count = () => getEventListeners(signal, 'abort').length
  // That of `fetch` goes when its Request is collected, which takes more than one turn.
  for (let turn = 0; turn < 10 && count() > 0; turn += 1) await collectGarbage()
  equal(count(), 0, `the probe left ${count()} listeners on a signal ${which}`)
}

/** Looks for what each run adds. */
type Left = (act: () => Promise<void>) => Promise<void>

/** Runs the probe so often that its client has all it needs, and then again to see whether there is more and more. */
async function ensureSteady(probe: Probe, left: Left, answer: number): Promise<void> {
  const runs = async () => {
    for (let count = 0; count < RUNS; count += 1) {
      await runFor(probe, answer)
    }
  }
  await runs()
  await left(runs)
}

const timersLeft: Left = async (act) => {
  const timers = countTimers()
  try {
    await act()
    // What a client replaces at each use is one; what each run leaves are as many as runs.
    const left = async () => {
      if (timers.pending() >= RUNS) await collectGarbage() // with AbortSignal.timeout() goes its timer
      return timers.pending() < RUNS ? [] : [`${timers.pending()} timers of ${RUNS} runs`]
    }
    await eventuallyNone(left, 'the probe leaves timers', 200)
  } finally {
    timers.end()
  }
}

const resourcesLeft: Left = async (act) => {
  const before = resources()
  await act()
  const left = () =>
    [...resources()]
      .filter(([type, count]) => type !== 'Timeout' && count >= (before.get(type) ?? 0) + RUNS)
      .map(([type, count]) => `${count - (before.get(type) ?? 0)} more of ${type} after ${RUNS} runs`)
  await eventuallyNone(left, 'the probe leaves open', 500)
}

/** What keeps the process alive, by its kind. */
function resources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const type of process.getActiveResourcesInfo?.() ?? []) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}
