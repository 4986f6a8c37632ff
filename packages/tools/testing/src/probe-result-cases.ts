import { fail } from 'node:assert/strict'
import type { Probe } from '@watchman/core'
import { isError, typeTag } from '@watchman/core/driver'
import { assertNamesCause, assertNoSecret } from './assert-messages.ts'
import { assertRecovers, bringUp } from './assert-recovers.ts'
import type { Case } from './case.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { reportProbe } from './report-probe.ts'
import { assertResolved, runToEnd, startRun } from './run-probe.ts'
import { timeLimitsOf } from './time-limits.ts'
import { within } from './within.ts'

/** Number of concurrent runs. */
const CONCURRENT = 10

/** Whether a probe resolves and rejects as its backend is up or down. */
export function probeResultCases(subject: ProbeSubject): readonly Case[] {
  const { up, down, secrets = [] } = subject
  const limits = timeLimitsOf(subject)
  const { answer, deadline } = limits
  const runWhileUp = (probe: Probe) =>
    within(startRun(probe).cleanedUp, answer, 'the probe did not settle, although the backend is up,')
  const runWhileDown = (probe: Probe) => runToEnd(probe, deadline)

  return [
    {
      name: 'the probe resolves when the backend is up',
      run: async () => assertResolved(await runWhileUp(await bringUp(subject)), 'although the backend is up'),
    },
    {
      name: 'the probe answers ten at once',
      async run() {
        const probe = await bringUp(subject)
        const outcomes = await Promise.all(Array.from({ length: CONCURRENT }, () => runWhileUp(probe)))
        for (const outcome of outcomes) assertResolved(outcome, 'in one of ten concurrent runs')
      },
    },
    {
      name: 'the probe rejects with an Error when the backend is down',
      async run() {
        const outcome = await runWhileDown(await down())
        if (outcome.ok) fail('the probe resolved although the backend is down')
        const { error } = outcome
        if (!isError(error)) fail(`the probe rejected with ${typeTag(error)}, which is not an Error`)
      },
    },
    {
      name: 'the probe names the cause when the backend is down',
      run: async () => assertNamesCause((await reportProbe(await down(), deadline)).error),
    },
    {
      name: 'the probe notices that the backend went down',
      async run() {
        const probe = await bringUp(subject)
        assertResolved(await runWhileUp(probe), 'although the backend is up')
        await down()
        if ((await runWhileDown(probe)).ok) fail('the probe still resolved after the backend went down')
      },
    },
    {
      name: 'the probe recovers with the backend',
      async run() {
        const probe = await down()
        await runWhileDown(probe)
        await up()
        await assertRecovers(probe, 'was down', limits)
      },
    },
    ...(secrets.length > 0
      ? [
          {
            name: 'the report and the log show no credential when the backend is down',
            run: async () => assertNoSecret((await reportProbe(await down(), deadline)).all, secrets),
          },
        ]
      : []),
  ]
}
