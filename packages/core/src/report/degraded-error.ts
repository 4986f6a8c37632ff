import { isObject } from '../options/guards.ts'

/** Marks errors that degrade a target in place of failing it. Shared by all copies of this module. */
const DEGRADED = Symbol.for('watchman.degraded')

/** What `degraded` may say beside its message. */
export interface DegradedOptions {
  /** What it was caused by. With `signal.reason` the message replaces the timeout's. @default none */
  readonly cause?: unknown
  /**
   * A number that grows while a busy pool makes progress, such as how often a connection changed hands. A pool that stays
   * busy without progress is failing after `failureThreshold` runs and three timeouts. @default none: degraded only
   */
  readonly progress?: number | undefined
}

/**
 * Makes the error to throw where a backend works but needs attention: a busy pool, a certificate that expires soon.
 * The target is degraded, and the report keeps its HTTP status.
 *
 * @example
 * throw degraded(`the certificate expires in ${days} days`)
 */
export function degraded(message: string, { cause, progress }: DegradedOptions = {}): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause })
  return Object.defineProperty(error, DEGRADED, { value: { progress } })
}

/** What `degraded` said of its error; undefined for other values. Never throws. */
export function degradationOf(value: unknown): { readonly progress?: number | undefined } | undefined {
  try {
    const mark = isObject(value) ? value[DEGRADED] : undefined
    if (!isObject(mark)) return undefined
    return typeof mark.progress === 'number' ? { progress: mark.progress } : {}
  } catch {
    return undefined
  }
}

/**
 * Whether an error was made by `degraded`, for wrappers of probes. Never throws.
 *
 * @example
 * await probe(signal).catch((error) => (isDegraded(error) ? warn(error) : fail(error)))
 */
export function isDegraded(error: unknown): boolean {
  return degradationOf(error) !== undefined
}
