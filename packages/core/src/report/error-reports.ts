import type { Report } from '../types/report.ts'

/** The report of a watchman that has been closed. */
export const CLOSED_REPORT = errorReport(503, 'Closed')

/** The report of a selection that is empty. */
const EMPTY_REPORT = errorReport(404, 'No checks found')

/** The same while readiness is held. */
export function emptyReport(held: string | undefined): Report {
  return held === undefined ? EMPTY_REPORT : Object.freeze({ ...EMPTY_REPORT, held })
}

function errorReport(error: number, message: string): Report {
  return Object.freeze({
    state: 'failing',
    results: Object.freeze([]),
    body: Object.freeze({ error, message }),
  })
}
