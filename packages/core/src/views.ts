import type { Answer, View } from './contract.ts'
import type { Report } from './report.ts'

/** So many timings are told: proxies refuse headers of more than some kilobytes. */
const TIMINGS = 25

/** A view of text: which of the answers to a report it gives, or what it always says. */
export interface TextView extends Pick<View, 'path' | 'protected'> {
  readonly text: 'json' | 'bare' | 'pong'
}

/** The JSON of every check; the status code of the report, without a body; a sign of life that asks no backend. */
export const BUILT_IN: readonly TextView[] = [
  { path: '', text: 'json' },
  { path: 'bare', protected: false, text: 'bare' },
  { path: 'ping', protected: false, text: 'pong' },
]

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
    const bare = results[0] ? { 'x-watchman-status': state, ...headers } : headers
    const timings: string[] = []
    for (const { name, targets } of results) {
      for (const target of targets.slice(0, TIMINGS - timings.length)) {
        const metric = `${name}.${target.name}`.slice(0, 60).replace(/\.$|[^\w.-]/g, '')
        timings.push(`${metric};dur=${target.duration.toFixed(1)}`)
      }
    }
    const timing = timings[0] && { 'server-timing': timings.join(', ') }
    latest = {
      report,
      bare: { status, headers: bare, body: null },
      json: { status, headers: { 'content-type': 'application/json', ...bare, ...timing }, body: json },
    }
    return latest
  }
}
