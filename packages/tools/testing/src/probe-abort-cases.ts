import { fail } from 'node:assert/strict'
import type { Awaitable } from '@watchman/core'
import type { Case } from './case.ts'
import { eventuallyNone } from './eventually.ts'
import { ASKED, patienceOf, SOON } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { recovered } from './recovery.ts'
import { reportOfProbe } from './report-of-probe.ts'
import { type Run, runOf } from './run-of-probe.ts'
import { ensureNoSecret } from './told.ts'
import { within } from './within.ts'

/** More than a pool has. */
const MANY = 25

/** What a probe does when it is told to give up. */
export function probeAbortCases(subject: ProbeSubject): readonly Case[] {
  const { up, hung, cut, held } = subject
  const patience = patienceOf(subject)
  return [
    ...(hung ? hungCases(subject, hung) : []),
    {
      name: 'the probe settles when its signal has aborted before it is asked',
      async run() {
        const run = runOf(await (hung ?? up)(), 'aborted')
        await endOf(
          run,
          hung ? subject : { ...subject, cut: undefined },
          'when its signal had aborted before',
        )
      },
    },
    {
      name: 'the client is usable after many aborted runs',
      async run() {
        const probe = await (hung ?? up)()
        const runs = []
        for (let count = 0; count < MANY; count += 1) {
          const run = runOf(probe)
          runs.push(run)
          await new Promise((resolve) => setTimeout(resolve, 2))
          run.abort()
          if (!cut) await endOf(run, subject, `after abort ${count + 1} of ${MANY}`)
        }
        await Promise.all(runs.map((run) => endOf(run, subject, `after ${MANY} aborts`)))
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
    await endOf(run, subject, 'after its signal aborted while the backend hangs')
    return run
  }
  return [
    {
      name: 'the probe does not resolve while the backend hangs',
      async run() {
        const run = await whileHung()
        run.abort()
        if ((await endOf(run, subject, 'after its signal aborted')).ok)
          fail('the probe resolved without an answer of the backend')
      },
    },
    {
      name: subject.cut
        ? 'the probe ends with its connection when its signal has aborted while the backend hangs'
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

/** The end of a run whose signal has aborted: soon, or with its connection where the client can do no better. */
async function endOf({ ended }: Run, subject: ProbeSubject, when: string) {
  const { cut } = subject
  if (!cut) return within(ended, SOON, `the probe did not settle ${when}`)
  await new Promise((resolve) => setTimeout(resolve, ASKED)) // let it have sent what it cannot take back
  await cut()
  return within(ended, patienceOf(subject).answer, `the probe did not end with its connection ${when}`)
}
