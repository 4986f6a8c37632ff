import type { Dict } from '../types/check.ts'
import type { Report, State, TargetResult } from '../types/report.ts'

/** The results of one check in a report. */
export interface CheckResults {
  readonly name: string
  readonly isNamed: boolean
  /** Whether a function made them, whose object is applied to the body key by key. */
  readonly isFunction: boolean
  /** The names of targets that are not critical. */
  readonly optional: ReadonlySet<string>
  readonly results: readonly TargetResult[]
}

/** A key that a check function returned although it belongs to another check. */
export interface KeyCollision {
  readonly check: string
  readonly key: string
}

/** Builds the report of these results. Calls `onCollision` for checks that return a key of another check. */
export function buildReport(
  checks: readonly CheckResults[],
  held: string | undefined,
  onCollision: (collision: KeyCollision) => TargetResult['error'],
): Report {
  const names = new Set(checks.map(({ name }) => name))
  const body = new Map<string, unknown>()
  const results: TargetResult[] = []
  let state: State = 'ok'
  for (const check of checks) {
    const collision = findCollision(check, (key) => names.has(key) || body.has(key))
    const own = collision
      ? check.results.map((result) => collide(result, check, onCollision(collision)))
      : check.results
    for (const [key, value] of entriesOf(check, own)) body.set(key, value)
    for (const result of own) {
      results.push(result)
      if (result.state !== 'pending' || !check.optional.has(result.name)) state = worse(state, result.state)
    }
  }
  return Object.freeze({
    state,
    ...(held !== undefined && { held }),
    results: Object.freeze(results),
    body: Object.freeze(Object.fromEntries(body)),
  })
}

const SEVERITY: Readonly<Record<State, number>> = { ok: 0, degraded: 1, pending: 2, failing: 3 }

/** The worse of two states. */
function worse(one: State, other: State): State {
  return SEVERITY[other] > SEVERITY[one] ? other : one
}

function findCollision(check: CheckResults, isTaken: (key: string) => boolean): KeyCollision | undefined {
  const { name, isFunction, results } = check
  if (!isFunction) return undefined
  const key = Object.keys(results[0]?.details ?? {}).find((one) => one !== name && isTaken(one))
  return key === undefined ? undefined : { check: name, key }
}

function collide(
  { details: _, ...result }: TargetResult,
  { optional }: CheckResults,
  error: string | undefined,
): TargetResult {
  return Object.freeze({ ...result, state: optional.has(result.name) ? 'degraded' : 'failing', error })
}

/** What a check adds to the body. */
function entriesOf(check: CheckResults, results: readonly TargetResult[]): Iterable<[string, unknown]> {
  const { name, isNamed, isFunction } = check
  const [first] = results
  if (isNamed) return [[name, results.map((result) => ({ [result.name]: summaryOf(result) }))]]
  if (isFunction && first?.details) return Object.entries(first.details)
  return first ? [[name, summaryOf(first)]] : []
}

/** How the body shows a target: `{ ok: true }`, or `{ ok: false, error }`. */
function summaryOf({ state, error, stacktrace, details }: TargetResult): Dict {
  if (state === 'ok') return { ok: true, ...(details && { details }) }
  return {
    ok: false,
    ...(error !== undefined && { error }),
    ...(stacktrace !== undefined && { stacktrace }),
    ...(details && { details }),
  }
}
