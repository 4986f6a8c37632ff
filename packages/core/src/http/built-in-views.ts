import type { TextResponse } from '../adapter/types.ts'
import { CLOSED_REPORT } from '../report/error-reports.ts'
import type { Report, TargetResult } from '../types/report.ts'
import type { WatchmanOptions } from '../types/watchman.ts'
import { encode, encodeFailing } from './encode-names.ts'

/** Maximum number of Server-Timing entries, and length of their names; proxies limit header size. */
const MAX_TIMINGS = 25
const MAX_TIMING_NAME = 60

/** Maximum length of the reason why readiness is held, in a header. */
const MAX_REASON = 200

/** The built-in views of a report. */
export interface RenderedReport {
  /** The body of every check as JSON. */
  readonly json: TextResponse
  /** The status code without a body. */
  readonly bare: TextResponse
}

/** Makes the function that renders reports as text. A report that is reused is rendered once. */
export function createTextRenderer(
  { failingStatus = 500, degradedStatus = 200 }: Pick<WatchmanOptions, 'failingStatus' | 'degradedStatus'>,
  headers: TextResponse['headers'],
): (report: Report) => RenderedReport {
  const rendered = new WeakMap<Report, RenderedReport>()

  function statusOf(report: Report): number {
    if (report === CLOSED_REPORT) return 503
    if (report.results.length === 0) return 404
    if (report.held !== undefined) return 503
    return { ok: 200, degraded: degradedStatus, pending: 503, failing: failingStatus }[report.state]
  }

  function render(report: Report): RenderedReport {
    const { state, held, results, body } = report
    const status = statusOf(report)
    const bare: Record<string, string> = { ...headers }
    // Distinguishes degraded from ok, which share an HTTP status.
    if (results.length > 0) bare['x-watchman-status'] = state
    const json: Record<string, string> = { 'content-type': 'application/json', ...bare }
    if (results.length > 0) json['server-timing'] = timingsOf(results)
    const failing = encodeFailing(results)
    if (failing !== '') json['x-watchman-failing'] = failing
    if (held !== undefined && results.length > 0) {
      bare['x-watchman-held'] = 'true'
      json['x-watchman-held'] = encode(held, MAX_REASON)
    }
    return {
      bare: { kind: 'text', status, headers: bare, body: '' },
      json: { kind: 'text', status, headers: json, body: JSON.stringify(body) },
    }
  }

  return (report) => {
    const known = rendered.get(report)
    if (known) return known
    const fresh = render(report)
    rendered.set(report, fresh)
    return fresh
  }
}

/** The answer of `/ping`. */
export function pong(headers: TextResponse['headers']): TextResponse {
  return { kind: 'text', status: 200, headers: { 'content-type': 'text/plain', ...headers }, body: 'pong' }
}

function timingsOf(results: readonly TargetResult[]): string {
  return results
    .slice(0, MAX_TIMINGS)
    .map(
      ({ id, duration }) =>
        `${id.slice(0, MAX_TIMING_NAME).replace(/[^\w.-]/g, '')};dur=${duration.toFixed(1)}`,
    )
    .join(', ')
}
