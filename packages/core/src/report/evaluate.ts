import { describeType, isRecord, memberOf, typeTag } from '../options/guards.ts'
import { degradationOf } from './degraded-error.ts'
import { isError } from './is-error.ts'
import { DEGRADES, isPlainObject, type Plain, type PlainObject, plainError, toPlain } from './to-plain.ts'

/** What a single run says of its target, before thresholds and `critical` are applied. */
export interface Verdict {
  readonly state: 'ok' | 'degraded' | 'failing'
  /** Why it is not ok. */
  readonly error?: string | undefined
  readonly stacktrace?: string | undefined
  /** What the probe or function returned beside. */
  readonly details?: PlainObject | undefined
  /** The progress of a busy pool, where the driver counts it. */
  readonly progress?: number | undefined
}

const OK: Verdict = { state: 'ok' }

/** The verdict on what a probe resolved to. Throws where it takes more than `maxSize` characters of JSON. */
export function evaluateProbe(value: unknown, maxSize: number): Verdict {
  if (value === false) return { state: 'failing', error: 'resolved to false' }
  if (typeof value !== 'object' || value === null) return OK
  if (isError(value)) return evaluateError(value)
  const ok = toPlain(memberOf(value, 'ok'), maxSize) // only what is needed is read, and once: the value may be a large result
  if (typeof ok !== 'boolean') return OK
  const plain = toPlain(memberOf(value, 'details'), maxSize)
  const details = isPlainObject(plain) ? plain : undefined
  if (ok) return details ? { ...stateIn(details), details } : OK
  const failure = toPlain({ ok, error: memberOf(value, 'error') }, maxSize)
  return { ...failureOf(isPlainObject(failure) ? failure : {}, 'resolved to { ok: false }'), details }
}

/** The verdict on the object that a check function returned. Throws where it takes more than `maxSize` characters of JSON. */
export function evaluateDict(value: unknown, maxSize: number): Verdict {
  if (isError(value)) return evaluateError(value)
  if (!isRecord(value) || typeTag(value) !== 'Object') {
    const error = new Error(`returned ${describeType(value)} instead of an object such as { key: value }`)
    return evaluateError(error)
  }
  const details = toPlain(value, maxSize)
  if (!isPlainObject(details)) return evaluateError(new Error('toJSON of the object returned no object'))
  return { ...stateIn(details), details }
}

/** The verdict on what was thrown. */
export function evaluateError(error: unknown): Verdict {
  return { ...failureOf(plainError(error), ''), ...degradationOf(error) }
}

function failureOf(failure: PlainObject, fallback: string): Verdict {
  const { error, stacktrace } = failure
  return {
    state: DEGRADES in failure ? 'degraded' : 'failing',
    error: error === undefined ? fallback : textOf(error),
    ...(typeof stacktrace === 'string' && { stacktrace }),
  }
}

/** The worst state anywhere in a copy, and the first error of that state. */
function stateIn(plain: Plain): Verdict {
  if (typeof plain !== 'object' || plain === null) return OK
  const own = isPlainObject(plain) && plain.ok === false ? failureOf(plain, 'ok is false') : OK
  return Object.values(plain).map(stateIn).reduce(worse, own)
}

function worse(one: Verdict, other: Verdict): Verdict {
  const rank = { ok: 0, degraded: 1, failing: 2 }
  return rank[other.state] > rank[one.state] ? other : one
}

function textOf(value: Plain): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
