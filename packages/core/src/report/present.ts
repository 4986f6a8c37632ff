import type { WatchmanOptions } from '../types/watchman.ts'
import type { Redactor } from './redact.ts'
import { isPlainObject, type Plain, type PlainObject } from './to-plain.ts'

/**
 * Returns plain data as the report shows it: without secrets, and no more of failures than the options allow. It is frozen, since
 * plugins and all requests share it.
 */
export interface Presenter {
  /** An object that a check returned. */
  object(plain: PlainObject): PlainObject
  /** What a probe returned beside a failure; undefined where failures are not explained. */
  failureDetails(plain: PlainObject | undefined): PlainObject | undefined
  /** The error of a failure; undefined where failures are not explained. */
  error(text: string | undefined): string | undefined
  /** The stack trace of a failure; undefined unless stack traces are shown. */
  stacktrace(text: string | undefined): string | undefined
}

export function createPresenter(
  { details, stacktraces }: Pick<WatchmanOptions, 'details' | 'stacktraces'>,
  { redact, shorten }: Redactor,
): Presenter {
  const showError = details !== 'none'
  const showStack = showError && stacktraces === true

  function member(value: Plain): Plain {
    if (typeof value === 'string') return redact(value)
    if (isPlainObject(value)) return object(value)
    return Array.isArray(value) ? Object.freeze(value.map(member)) : value
  }
  function object(plain: PlainObject): PlainObject {
    if (plain.ok === false) return failure(plain)
    return Object.freeze(
      Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, member(value)])),
    )
  }
  function failure({ stacktrace, ...plain }: PlainObject): PlainObject {
    if (!showError) return Object.freeze({ ok: false })
    const shown = Object.entries(plain).map(([key, value]) => [key, explanation(key, value)])
    const stack = showStack &&
      stacktrace !== undefined && { stacktrace: explanation('stacktrace', stacktrace) }
    return Object.freeze({ ...Object.fromEntries(shown), ...stack })
  }
  function explanation(key: string, value: Plain): Plain {
    const isText = typeof value === 'string' && (key === 'error' || key === 'stacktrace')
    return isText ? shorten(value) : member(value)
  }

  return {
    object,
    failureDetails: (plain) => (plain && showError ? object(plain) : undefined),
    error: (text) => (text === undefined || !showError ? undefined : shorten(text)),
    stacktrace: (text) => (text === undefined || !showStack ? undefined : shorten(text)),
  }
}
