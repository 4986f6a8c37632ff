import { fail } from 'node:assert/strict'
import type { Probe } from '@watchman/core'
import type { Case } from './case.ts'
import { patienceOf } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { recovered, upAgain } from './recovery.ts'
import { reportOfProbe } from './report-of-probe.ts'
import { ensureResolved, runFor, runOf } from './run-of-probe.ts'
import { ensureNamesCause, ensureNoSecret } from './told.ts'
import { within } from './within.ts'

const AT_ONCE = 10

/** What a probe says of its backend. */
export function probeAnswerCases(subject: ProbeSubject): readonly Case[] {
  const { up, down, secrets = [] } = subject
  const patience = patienceOf(subject)
  const { answer, deadline } = patience
  const answerOf = (probe: Probe) =>
    within(runOf(probe).ended, answer, 'the probe did not settle, though the backend is up,')
  const refusalOf = (probe: Probe) => runFor(probe, deadline)

  return [
    {
      name: 'the probe resolves when the backend is up',
      run: async () => ensureResolved(await answerOf(await upAgain(subject)), 'though the backend is up'),
    },
    {
      name: 'the probe answers ten at once',
      async run() {
        const probe = await upAgain(subject)
        const outcomes = await Promise.all(Array.from({ length: AT_ONCE }, () => answerOf(probe)))
        for (const outcome of outcomes) ensureResolved(outcome, 'one of ten that asked at once')
      },
    },
    {
      name: 'the probe rejects with an Error when the backend is down',
      async run() {
        const outcome = await refusalOf(await down())
        if (outcome.ok) fail('the probe resolved though the backend is down')
        const kind = Object.prototype.toString.call(outcome.error).slice(8, -1)
        if (!/^(?:Error|DOMException)$/.test(kind)) fail(`the probe rejected with ${kind}, which is no Error`)
      },
    },
    {
      name: 'the probe names the cause when the backend is down',
      run: async () => ensureNamesCause((await reportOfProbe(await down(), deadline)).error),
    },
    {
      name: 'the probe notices that the backend went down',
      async run() {
        const probe = await upAgain(subject)
        ensureResolved(await answerOf(probe), 'though the backend is up')
        await down()
        if ((await refusalOf(probe)).ok) fail('the probe resolved again though the backend went down')
      },
    },
    {
      name: 'the probe recovers with the backend',
      async run() {
        const probe = await down()
        await refusalOf(probe)
        await up()
        await recovered(probe, 'was down', patience)
      },
    },
    ...(secrets.length > 0
      ? [
          {
            name: 'the report and the log show no credential when the backend is down',
            run: async () => ensureNoSecret((await reportOfProbe(await down(), deadline)).all, secrets),
          },
        ]
      : []),
  ]
}
