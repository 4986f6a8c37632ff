import { fail } from 'node:assert/strict'
import { type Check, createWatchman, type Report, type Watchman } from '@watchman/core'
import { errorMessage, isRecord } from '@watchman/core/driver'
import { assertNamesCause, assertNoSecret } from './assert-messages.ts'
import type { Case } from './case.ts'
import type { CheckSubject } from './check-subject.ts'
import { recordingLogger } from './recording-logger.ts'
import { timeLimitsOf } from './time-limits.ts'
import { uncaughtErrors } from './uncaught-errors.ts'
import { waitForNone } from './wait-for.ts'
import { within } from './within.ts'

/** Number of concurrent requests. */
const CONCURRENT = 10

/** Milliseconds between two runs of a check whose failure may be reused for a second. */
const INTERVAL = 100

/**
 * What every check promises, as data for any test runner. The cases run the check in a watchman and share the subject: run
 * them one after another.
 *
 * @example
 * for (const { name, run } of checkCases({ up, down })) test(name, run)
 */
export function checkCases(subject: CheckSubject): readonly Case[] {
  const { up, down, hung, leftovers, secrets = [] } = subject
  const { answer, recovery } = timeLimitsOf(subject)

  /** The report of a check, and the lines of the log. */
  async function runOnce(check: Check) {
    const { logger, lines } = recordingLogger()
    const watchman = createWatchman({ checks: [check], logger, stacktraces: true })
    const report = await reportAndClose(watchman, answer)
    return { report, lines }
  }

  /** Runs a check until its report is as expected. */
  async function runUntil(
    check: Check,
    isExpected: (state: Report['state']) => boolean,
    when: string,
  ): Promise<Report> {
    const end = performance.now() + recovery
    for (;;) {
      const { report } = await runOnce(check)
      if (isExpected(report.state)) return report
      if (performance.now() > end) fail(`the report is ${report.state} ${when}: ${textOf(report)}`)
      await new Promise((resolve) => setTimeout(resolve, INTERVAL))
    }
  }
  const runUntilOk = (check: Check, when: string) => runUntil(check, (state) => state === 'ok', when)
  const runUntilNotOk = (check: Check, when: string) => runUntil(check, (state) => state !== 'ok', when)

  async function bringUp(): Promise<Check> {
    const check = await up()
    await runUntilOk(check, 'although the backend is up')
    return check
  }

  return [
    {
      name: 'the report is ok when the backend is up',
      run: async () => void (await bringUp()),
    },
    {
      name: 'the check adds its own keys to the body',
      async run() {
        const check = await bringUp()
        const other = { name: 'other', run: () => ({ other: { ok: true }, error: 0, message: 0 }) }
        const alone = await reportAndClose(createWatchman({ checks: [check] }), answer)
        if (Object.keys(alone.body).length === 0) fail('the check adds nothing to the body')
        const { body } = await reportAndClose(createWatchman({ checks: [other, check] }), answer)
        const json = JSON.stringify(body)
        if (json.includes('of another check')) fail(`another check has that key too: ${json}`)
      },
    },
    {
      name: 'the check answers ten requests at once',
      async run() {
        const watchman = createWatchman({ checks: [await bringUp()] })
        const ask = () => watchman.fetch(new Request('http://localhost/'))
        const running = Promise.all(Array.from({ length: CONCURRENT }, ask))
        const responses = await within(running, answer, 'ten requests at once were not answered')
        await watchman.close()
        const bad = responses.find(({ headers }) => headers.get('x-watchman-status') !== 'ok')
        if (bad) fail(`one of ten concurrent requests got: ${await bad.text()}`)
      },
    },
    {
      name: 'the report fails and names the cause when the backend is down',
      async run() {
        const report = await runUntilNotOk(await down(), 'although the backend is down')
        const errors = errorsIn(report.body)
        for (const error of errors) assertNamesCause(error)
        if (errors.length === 0) fail(`the report names no cause: ${textOf(report)}`)
      },
    },
    {
      name: 'the same check notices that the backend went down, and recovers with it',
      async run() {
        const check = await bringUp()
        await down()
        await runUntilNotOk(check, 'although the backend went down')
        await up()
        await runUntilOk(check, `${recovery} ms after the backend was up again`)
      },
    },
    {
      name: 'no error is left uncaught',
      async run() {
        const errors = await uncaughtErrors(async () => {
          await runOnce(await down())
          if (hung) await runOnce(await hung())
          await up()
          await new Promise((resolve) => setTimeout(resolve, INTERVAL))
        })
        if (errors.length > 0) fail(`uncaught: ${errors.map(errorMessage).join(', ')}`)
      },
    },
    ...(hung
      ? [
          {
            name: 'the report fails at the timeout when the backend hangs',
            async run() {
              const check = await hung()
              const { timeout = 5000 } = check
              const report = await reportAndClose(createWatchman({ checks: [check] }), timeout + answer)
              if (report.state === 'ok') fail(`the report is ok without an answer: ${textOf(report)}`)
            },
          },
        ]
      : []),
    ...(leftovers
      ? [
          {
            name: 'the check leaves nothing behind',
            async run() {
              await runOnce(await down())
              await bringUp()
              await waitForNone(leftovers, 'the check left behind', answer)
            },
          },
        ]
      : []),
    ...(secrets.length > 0
      ? [
          {
            name: 'the report and the log show no credential when the backend is down',
            async run() {
              const { report, lines } = await runOnce(await down())
              assertNoSecret([JSON.stringify(report), ...lines].join('\n'), secrets)
            },
          },
        ]
      : []),
  ]
}

async function reportAndClose(watchman: Watchman, timeLimit: number): Promise<Report> {
  try {
    return await within(watchman.report(), timeLimit, 'there was no report')
  } finally {
    await watchman.close()
  }
}

function textOf({ body }: Report): string {
  return JSON.stringify(body)
}

/** The errors of all failures in a body; empty for a failure without one. */
function errorsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(errorsIn)
  if (!isRecord(value)) return []
  const { ok, error = '' } = value
  const own = ok === false ? [`${error}`] : []
  return [...own, ...Object.values(value).flatMap(errorsIn)]
}
