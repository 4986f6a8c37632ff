import { fail } from 'node:assert/strict'
import type { Awaitable, Probe } from '@watchman/core'
import { assertNoSecret } from './assert-messages.ts'
import { assertRecovers } from './assert-recovers.ts'
import { assertCleanupEnds, assertSettles } from './assert-settles.ts'
import type { Case } from './case.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { reportProbe } from './report-probe.ts'
import { hasCleanup, startRun } from './run-probe.ts'
import { SEND_TIME, timeLimitsOf } from './time-limits.ts'
import { waitForNone } from './wait-for.ts'

/** More runs than a pool has slots. */
const MANY = 25

/** What a probe does when its signal aborts. */
export function probeAbortCases(subject: ProbeSubject): readonly Case[] {
  const { up, hung, heldResources } = subject
  const limits = timeLimitsOf(subject)
  return [
    ...(hung ? hungCases(subject, hung) : []),
    {
      name: 'the probe settles when its signal has aborted before it runs',
      async run() {
        const run = startRun(await (hung ?? up)(), 'aborted')
        await assertSettles(run, 'when its signal had aborted before')
      },
    },
    {
      name: 'the client is usable after many aborted runs',
      async run() {
        const probe = await (hung ?? up)()
        for (let count = 1; count <= MANY; count += 1) {
          const run = startRun(probe)
          await new Promise((resolve) => setTimeout(resolve, 2))
          run.abort()
          const outcome = await assertSettles(run, `after abort ${count} of ${MANY}`)
          if (!hasCleanup(outcome)) continue
          await assertCleanupEnds(run, subject)
          await hung?.() // for the next run
        }
        if (heldResources && hung) {
          await waitForNone(heldResources, `after ${MANY} aborted runs the probe still holds`, limits.answer)
        }
        await up()
        await assertRecovers(probe, `saw ${MANY} aborted runs`, limits)
      },
    },
  ]
}

function hungCases(subject: ProbeSubject, hung: () => Awaitable<Probe>): readonly Case[] {
  const { up, heldResources, secrets = [] } = subject
  const limits = timeLimitsOf(subject)

  async function runWhileHung() {
    const run = startRun(await hung())
    await new Promise((resolve) => setTimeout(resolve, SEND_TIME))
    return run
  }

  async function abortWhileHung() {
    const run = await runWhileHung()
    run.abort()
    await assertSettles(run, 'after its signal aborted while the backend hangs')
    return run
  }

  return [
    {
      name: 'the probe does not resolve while the backend hangs',
      async run() {
        const run = await runWhileHung()
        run.abort()
        if ((await assertSettles(run, 'after its signal aborted')).ok) {
          fail('the probe resolved without an answer of the backend')
        }
      },
    },
    {
      name: 'the probe settles soon after its signal aborts while the backend hangs',
      run: async () => void (await abortWhileHung()),
    },
    {
      name: 'the probe recovers with the backend that hung',
      async run() {
        const { probe } = await abortWhileHung()
        await up()
        await assertRecovers(probe, 'hung', limits)
      },
    },
    ...(heldResources
      ? [
          {
            name: 'the probe gives back what it took when its signal aborts while the backend hangs',
            async run() {
              await abortWhileHung()
              await waitForNone(heldResources, 'after the abort the probe still holds', limits.answer)
            },
          },
        ]
      : []),
    ...(secrets.length > 0
      ? [
          {
            name: 'the report and the log show no credential when the backend hangs',
            run: async () => assertNoSecret((await reportProbe(await hung(), limits.deadline)).all, secrets),
          },
        ]
      : []),
  ]
}
