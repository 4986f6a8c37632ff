import type { Dict, State } from './contract.ts'

/** What a run of the checks came to. */
export interface Report {
  /** The worst of its results. */
  readonly state: State
  /** The HTTP status: 200, `errorCode` when a check is failing, 404 when none was left, 503 when pending or closed. */
  readonly status: number
  /** The body of the JSON status, key by key. */
  readonly body: Dict
  /** The same as JSON text. */
  readonly json: string
  /** One result a check that ran, in the order of `checks`. */
  readonly results: readonly CheckResult[]
}

/** What one check came to. */
export interface CheckResult {
  /** The check's name. */
  readonly name: string
  /** The worst of its targets. */
  readonly state: State
  /** What it adds to the body: plain JSON values without secrets. */
  readonly dict: Dict
  /** One result a target: a single one, whose name is empty, where the check has no named targets. */
  readonly targets: readonly TargetResult[]
}

/** What one target of a check came to. */
export interface TargetResult {
  /** Its name within the check. */
  readonly name: string
  /** How it is. */
  readonly state: State
  /** When it was asked, in milliseconds since the epoch; 0 while it is pending. */
  readonly startedAt: number
  /** Milliseconds it took. */
  readonly duration: number
}

/** The report of these results. */
export function reportOf(results: readonly CheckResult[], errorCode: number): Report {
  const state = worstOf(results)
  const entries: [string, unknown][] = []
  for (const { dict } of results) entries.push(...Object.entries(dict))
  const body = Object.fromEntries(entries)
  const status = { ok: 200, degraded: 200, pending: 503, failing: errorCode }[state]
  return { state, status, body, json: JSON.stringify(body), results }
}

/** The worst of these states. */
export function worstOf(results: readonly { readonly state: State }[]): State {
  const states = results.map(({ state }) => state)
  return (['failing', 'degraded', 'pending'] as const).find((state) => states.includes(state)) ?? 'ok'
}

/** What stands in the way of a report. */
export function problem(error: number, message: string): Report {
  const body = { error, message }
  return { state: 'failing', status: error, body, json: JSON.stringify(body), results: [] }
}
