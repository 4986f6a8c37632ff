import type { Answer, Awaitable, View } from './contract.ts'
import type { Report } from './report.ts'

/** So many timings are told: proxies refuse headers of more than some kilobytes. */
const TIMINGS = 25

/** A view whose answers are text. */
export interface TextView extends Pick<View, 'path' | 'protected'> {
  readonly answer: (report: () => Promise<Report>) => Awaitable<Answer>
}

/** The views that every watchman has. All they answer carries `headers`. */
export function builtIn(headers: Answer['headers']): readonly TextView[] {
  const answers = answersWith(headers)
  const pong = { status: 200, headers: { ...headers, 'Content-Type': 'text/plain' }, body: 'pong' }
  return [
    // The JSON of every check.
    { path: '', answer: async (report) => answers(await report()).json },
    // The status code of the report, without a body.
    { path: 'bare', protected: false, answer: async (report) => answers(await report()).bare },
    // A sign of life that asks no backend.
    { path: 'ping', protected: false, answer: () => pong },
  ]
}

/** What a report is answered with. */
interface Answers {
  readonly report: Report
  readonly bare: Answer
  readonly json: Answer
}

/** Makes the function that answers with a report. One that is reused is put into text once, however many ask. */
export function answersWith(headers: Answer['headers']): (report: Report) => Answers {
  let latest: Answers | undefined
  return (report) => {
    if (latest?.report === report) return latest
    const { status, state, json, results } = report
    // Tells degraded from well, which share a status.
    const bare = results[0] ? { ...headers, 'X-Watchman-Status': state } : headers
    const timings = results.flatMap((check) =>
      check.targets.map(({ name, duration }) => {
        const metric = `${check.name}.${name}`.slice(0, 60).replace(/\.$|[^\w.-]/g, '')
        return `${metric};dur=${duration.toFixed(1)}`
      }),
    )
    const timing = timings[0] && { 'Server-Timing': timings.slice(0, TIMINGS).join(', ') }
    latest = {
      report,
      bare: { status, headers: bare, body: null },
      json: { status, headers: { ...bare, 'Content-Type': 'application/json', ...timing }, body: json },
    }
    return latest
  }
}
