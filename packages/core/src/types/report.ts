import type { Dict } from './check.ts'

/**
 * The state of a target or a report. `degraded` works, but needs attention: the HTTP status stays 200. `pending` has no
 * result yet: the HTTP status is 503.
 */
export type State = 'ok' | 'degraded' | 'failing' | 'pending'

/** The latest completed run of a target, as plain JSON values without secrets. */
export interface TargetResult {
  /** `'databases.default'`, or `'queue'` where the check has no named targets. */
  readonly id: string
  /** The name of the check. */
  readonly check: string
  /** The name of the target within the check; empty where the check has no named targets. */
  readonly name: string
  /** The state of the target after its thresholds and `critical` are applied. */
  readonly state: State
  /** Why it is not ok. Absent with `details: 'none'`. */
  readonly error?: string | undefined
  /** The stack trace of the error. Only with `stacktraces: true`. */
  readonly stacktrace?: string | undefined
  /** Whether the latest run was ended by its timeout. */
  readonly timedOut?: boolean | undefined
  /** The `details` of a probe that resolves to `{ ok, details }`, or the object that a check function returned. */
  readonly details?: Dict | undefined
  /** When the run started, in milliseconds since the epoch; 0 while the target is pending. */
  readonly startedAt: number
  /** How long the run took, in milliseconds. */
  readonly duration: number
  /** When the target entered its state, in milliseconds since the epoch. */
  readonly since: number
  /** When its latest successful run ended, in milliseconds since the epoch. */
  readonly lastOkAt?: number | undefined
  /** The number of consecutive failed runs. */
  readonly failures: number
  /** The id of the target that it depends on, while that one fails too. */
  readonly causedBy?: string | undefined
}

/** The results of a group of targets. */
export interface Report {
  /** The worst state of its targets, in the order failing, pending, degraded, ok. */
  readonly state: State
  /** Why readiness is held, while it is: `'draining'`. */
  readonly held?: string | undefined
  /** One result a target, in the order of the checks. */
  readonly results: readonly TargetResult[]
  /** The body of the JSON response. */
  readonly body: Dict
}
