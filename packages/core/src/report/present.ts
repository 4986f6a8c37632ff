import type { WatchmanOptions } from '../types/watchman.ts'
import { MASK } from './mask.ts'
import type { Redactor } from './redact.ts'
import { type Secrecy, secrecyOf } from './secret-keys.ts'
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

  /** What a secret key has: all texts in it are masked. An object with `ok` is the result of a check that is named like a secret. */
  function secret(value: Plain, secrecy: Secrecy): Plain {
    if (typeof value === 'string') return value === '' ? value : MASK
    if (typeof value === 'number') return secrecy === 'all' ? MASK : value
    if (Array.isArray(value)) return Object.freeze(value.map((element) => secret(element, secrecy)))
    if (!isPlainObject(value)) return value
    return typeof value.ok === 'boolean'
      ? object(value)
      : withMembers(value, (_key, one) => secret(one, secrecy))
  }

  function object(plain: PlainObject): PlainObject {
    if (plain.ok === false) return failure(plain)
    // { name: 'DB_PASSWORD', value: '…' }
    const named = [plain.name, plain.key].find((name) => typeof name === 'string' && secrecyOf(name))
    return withMembers(plain, (key, value) => {
      const secrecy = key === 'value' && named !== undefined ? 'all' : secrecyOf(key)
      return secrecy ? secret(value, secrecy) : member(value)
    })
  }
  function failure({ stacktrace, ...plain }: PlainObject): PlainObject {
    if (!showError) return Object.freeze({ ok: false })
    return withMembers(
      { ...plain, ...(showStack && stacktrace !== undefined && { stacktrace }) },
      (key, value) => {
        const secrecy = secrecyOf(key)
        if (secrecy) return secret(value, secrecy)
        const isText = typeof value === 'string' && (key === 'error' || key === 'stacktrace')
        return isText ? shorten(value) : member(value)
      },
    )
  }

  /** Copies an object. Keys that are the same without their secrets are numbered. */
  function withMembers(plain: PlainObject, show: (key: string, value: Plain) => Plain): PlainObject {
    const shown = new Map<string, Plain>()
    for (const [key, value] of Object.entries(plain)) {
      const name = redact(key)
      shown.set(shown.has(name) ? `${name} (${shown.size + 1})` : name, show(key, value))
    }
    return Object.freeze(Object.fromEntries(shown))
  }

  return {
    object,
    failureDetails: (plain) => (plain && showError ? object(plain) : undefined),
    error: (text) => (text === undefined || !showError ? undefined : shorten(text)),
    stacktrace: (text) => (text === undefined || !showStack ? undefined : shorten(text)),
  }
}
