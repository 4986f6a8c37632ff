import type { TargetResult } from '@watchman/core'
import { isObject, isRecord } from '@watchman/core/driver'

/** One reason of a failure. */
export interface Cause {
  /** Where it was found in the details, such as `disks.0`; empty for the target itself. */
  readonly path: string
  readonly text: string
  /** The stack trace; empty if it has none. */
  readonly stack: string
}

/** One value in the details. */
interface Value {
  readonly path: string
  readonly text: string
}

/** What the page shows of a target's details. */
export interface Details {
  readonly causes: readonly Cause[]
  readonly values: readonly Value[]
}

/** Maximum number of causes and of values, depth, and length of a value. The JSON has the rest. */
const MAX_ITEMS = 40
const MAX_DEPTH = 6
const MAX_LENGTH = 300

/** Why a target is not ok, and the values beside: its error, and what its details contain. */
export function detailsOf({ check, error, stacktrace = '', details }: TargetResult): Details {
  const found = [...walk(unwrap(check, details), '', MAX_DEPTH)]
  const inDetails = found.flatMap((item) => ('stack' in item ? item : []))
  const values = found.flatMap((item) => ('stack' in item ? [] : item))
  // The error of a check function is the first one in its details.
  const isRepeated = error === undefined || inDetails.some(({ text }) => text === error)
  const causes = isRepeated ? inDetails : [{ path: '', text: error, stack: stacktrace }, ...inDetails]
  const more = { path: '…', text: `${values.length - MAX_ITEMS} more in the JSON` }
  return {
    causes: causes.slice(0, MAX_ITEMS),
    values: values.length > MAX_ITEMS ? [...values.slice(0, MAX_ITEMS), more] : values,
  }
}

/** A check usually returns one object under its own name, which the page need not repeat. */
function unwrap(check: string, details: TargetResult['details']): unknown {
  const [[key, value] = [], ...others] = Object.entries(details ?? {})
  return key === check && others.length === 0 && isRecord(value) ? value : details
}

/** Lists the failures and values in `value`. Whether something is ok is shown as a state, and left out. */
function* walk(value: unknown, path: string, depth: number): Generator<Cause | Value> {
  if (!hasMembers(value) || depth === 0) {
    if (path) yield { path, text: textOf(value).slice(0, MAX_LENGTH) }
    return
  }
  const { ok, error, stacktrace } = value
  const isFailure = ok === false
  if (isFailure) {
    const text = error === undefined ? 'ok is false' : textOf(error)
    yield { path, text, stack: stacktrace === undefined ? '' : textOf(stacktrace) }
  }
  for (const [key, member] of Object.entries(value)) {
    const isShown = isFailure ? FAILURE_KEYS.has(key) : key === 'ok' && member === true
    if (!isShown) yield* walk(member, path ? `${path}.${key}` : key, depth - 1)
  }
}

/** The keys of a failure that are shown as its cause. */
const FAILURE_KEYS = new Set(['ok', 'error', 'stacktrace'])

/** Whether `value` is an object with members, or a list that contains an object: a single line cannot show it. */
function hasMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return value.some(isObject)
  return isRecord(value) && Object.keys(value).length > 0
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  const isLine = Array.isArray(value) && value.length > 0 && !hasMembers(value)
  return isLine ? value.join(', ') : JSON.stringify(value)
}
