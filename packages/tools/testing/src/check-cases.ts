import { fail } from 'node:assert/strict'
import { type Check, createWatchman, type Report } from '@watchman/core'
import type { Case } from './case.ts'
import type { CheckSubject } from './check-subject.ts'
import { eventuallyNone } from './eventually.ts'
import { patienceOf } from './patience.ts'
import { recorder } from './recorder.ts'
import { strayErrors } from './stray-errors.ts'
import { ensureNamesCause, ensureNoSecret } from './told.ts'
import { within } from './within.ts'

const AT_ONCE = 10

/** Milliseconds between two looks at a check whose failure may be reused for a second. */
const INTERVAL = 100

/**
 * What holds for every check, asked as the endpoint asks it; as data for any test runner. The cases share the subject: run
 * them one after another.
 *
 * @example
 * for (const { name, run } of checkCases({ up, down })) test(name, run)
 */
export function checkCases(subject: CheckSubject): readonly Case[] {
  const { up, down, hung, residue, secrets = [] } = subject
  const { answer, recovery } = patienceOf(subject)

  /** The report of a check, and what the log says. */
  const reportOf = async (check: Check) => {
    const { logger, lines } = recorder()
    const watchman = createWatchman({ checks: [check], logger, stacktraces: true })
    const asked = watchman.run()
    try {
      return { report: await within(asked, answer, 'there was no report'), lines }
    } finally {
      await watchman.close()
    }
  }
  const until = async (check: Check, state: Report['state'], when: string) => {
    const end = performance.now() + recovery
    for (;;) {
      const { report } = await reportOf(check)
      if (report.state === state) return report
      if (performance.now() > end) fail(`the report is ${report.state} ${when}: ${report.json}`)
      await new Promise((resolve) => setTimeout(resolve, INTERVAL))
    }
  }
  const upAgain = async () => {
    const check = await up()
    await until(check, 'ok', 'though what is checked is well')
    return check
  }

  return [
    {
      name: 'the report is ok when what is checked is well',
      run: async () => void (await upAgain()),
    },
    {
      name: 'the check has keys of its own in the body',
      async run() {
        const check = await upAgain()
        const other = { name: 'other', run: () => ({ other: { ok: true }, error: 0, message: 0 }) }
        const watchman = createWatchman({ checks: [other, check] })
        const { results } = await within(watchman.run(), answer, 'there was no report')
        await watchman.close()
        const { dict = {} } = results[1] ?? {}
        if (Object.keys(dict).length === 0) fail('the check adds nothing to the body')
        const json = JSON.stringify(dict)
        if (json.includes('of another check')) fail(`the body of every report has that key: ${json}`)
      },
    },
    {
      name: 'the check answers ten requests at once',
      async run() {
        const watchman = createWatchman({ checks: [await upAgain()] })
        const asked = Promise.all(Array.from({ length: AT_ONCE }, () => watchman.run()))
        const reports = await within(asked, answer, 'ten requests at once had no report')
        await watchman.close()
        const bad = reports.find(({ state }) => state !== 'ok')
        if (bad) fail(`one of ten that asked at once was told: ${bad.json}`)
      },
    },
    {
      name: 'the report fails and names the cause when what is checked is down',
      async run() {
        const report = await untilNotOk(await down(), 'though what is checked is down')
        for (const error of errorsIn(report.body)) ensureNamesCause(error)
        if (errorsIn(report.body).length === 0) fail(`the report names no cause: ${report.json}`)
      },
    },
    {
      name: 'the same check notices that what is checked went down, and recovers with it',
      async run() {
        const check = await upAgain()
        await down()
        await untilNotOk(check, 'though what is checked went down')
        await up()
        await until(check, 'ok', `${recovery} ms after what is checked was well again`)
      },
    },
    {
      name: 'nothing is thrown where nobody can catch it',
      async run() {
        const errors = await strayErrors(async () => {
          await reportOf(await down())
          if (hung) await reportOf(await hung())
          await up()
          await new Promise((resolve) => setTimeout(resolve, INTERVAL))
        })
        if (errors.length > 0) fail(`thrown where nobody can catch it: ${errors}`)
      },
    },
    ...(hung
      ? [
          {
            name: 'the report fails at the deadline when what is checked hangs',
            async run() {
              const check = await hung()
              const { timeout = 5000 } = check
              const watchman = createWatchman({ checks: [check] })
              const report = await within(watchman.run(), timeout + answer, 'there was no report')
              await watchman.close()
              if (report.state === 'ok') fail(`the report is ok without an answer: ${report.json}`)
            },
          },
        ]
      : []),
    ...(residue
      ? [
          {
            name: 'the check leaves nothing behind',
            async run() {
              await reportOf(await down())
              await upAgain()
              await eventuallyNone(residue, 'the check left behind', answer)
            },
          },
        ]
      : []),
    ...(secrets.length > 0
      ? [
          {
            name: 'the report and the log show no credential when what is checked is down',
            async run() {
              const { report, lines } = await reportOf(await down())
              ensureNoSecret([report.json, ...lines].join('\n'), secrets)
            },
          },
        ]
      : []),
  ]

  async function untilNotOk(check: Check, when: string): Promise<Report> {
    const end = performance.now() + recovery
    for (;;) {
      const { report } = await reportOf(check)
      if (report.state !== 'ok') return report
      if (performance.now() > end) fail(`the report is ok ${when}: ${report.json}`)
      await new Promise((resolve) => setTimeout(resolve, INTERVAL))
    }
  }
}

/** The errors anywhere in a body. */
function errorsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const { ok, error }: { readonly ok?: unknown; readonly error?: unknown } = Object(value)
  const own = ok === false ? [`${error ?? ''}`] : []
  return [...own, ...Object.values(value).flatMap(errorsIn)]
}
