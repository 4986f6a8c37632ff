import { fail } from 'node:assert/strict'
import type { Awaitable } from '@watchman/core'
import type { Case } from './case.ts'
import { eventuallyNone } from './eventually.ts'
import { ended, gaveUp } from './given-up.ts'
import { ASKED, patienceOf } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { recovered } from './recovery.ts'
import { reportOfProbe } from './report-of-probe.ts'
import { hasMoreToDo, type Run, runOf } from './run-of-probe.ts'
import { ensureNoSecret } from './told.ts'

/** More than a pool has. */
const MANY = 25

/** What a probe does when it is told to give up. */
export function probeAbortCases(subject: ProbeSubject): readonly Case[] {
  const { up, hung, resume, held } = subject
  const ending = hung ? subject : { ...subject, resume: undefined }
  const patience = patienceOf(subject)
  return [
    ...(hung ? hungCases(subject, hung) : []),
    {
      name: 'the probe settles when its signal has aborted before it is asked',
      async run() {
        const run = runOf(await (hung ?? up)(), 'aborted')
        await gaveUp(run, ending, 'when its signal had aborted before')
      },
    },
    {
      name: 'the client is usable after many aborted runs',
      async run() {
        const probe = await (hung ?? up)()
        for (let count = 1; count <= MANY; count += 1) {
          const run = runOf(probe)
          await new Promise((resolve) => setTimeout(resolve, 2))
          run.abort()
          const outcome = await gaveUp(run, ending, `after abort ${count} of ${MANY}`)
          if (!resume && !hasMoreToDo(outcome)) continue
          await ended(run, subject)
          await hung?.() // as before, for the next
        }
        if (held && hung)
          await eventuallyNone(held, `after ${MANY} aborted runs the probe still holds`, patience.answer)
        await up()
        await recovered(probe, `saw ${MANY} aborted runs`, patience)
      },
    },
  ]
}

function hungCases(subject: ProbeSubject, hung: () => Awaitable<Run['probe']>): readonly Case[] {
  const { up, held, secrets = [] } = subject
  const patience = patienceOf(subject)
  const whileHung = async () => {
    const run = runOf(await hung())
    await new Promise((resolve) => setTimeout(resolve, ASKED))
    return run
  }
  const aborted = async () => {
    const run = await whileHung()
    run.abort()
    await gaveUp(run, subject, 'after its signal aborted while the backend hangs')
    return run
  }
  return [
    {
      name: 'the probe does not resolve while the backend hangs',
      async run() {
        const run = await whileHung()
        run.abort()
        if ((await gaveUp(run, subject, 'after its signal aborted')).ok)
          fail('the probe resolved without an answer of the backend')
      },
    },
    {
      name: subject.resume
        ? 'the probe that was aborted while the backend hangs ends when that goes on'
        : 'the probe settles soon after its signal aborts while the backend hangs',
      run: async () => void (await aborted()),
    },
    {
      name: 'the probe recovers with the backend that hung',
      async run() {
        const { probe } = await aborted()
        await up()
        await recovered(probe, 'hung', patience)
      },
    },
    ...(held
      ? [
          {
            name: 'the probe gives back what it took when its signal aborts while the backend hangs',
            async run() {
              await aborted()
              await eventuallyNone(held, 'after the abort the probe still holds', patience.answer)
            },
          },
        ]
      : []),
    ...(secrets.length > 0
      ? [
          {
            name: 'the report and the log show no credential when the backend hangs',
            run: async () =>
              ensureNoSecret((await reportOfProbe(await hung(), patience.deadline)).all, secrets),
          },
        ]
      : []),
  ]
}
