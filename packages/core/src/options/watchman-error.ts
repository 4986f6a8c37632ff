import { redactUrls } from '../report/redact-urls.ts'

/** Which kind of configuration cannot work. */
export type WatchmanErrorCode =
  /** An option is unknown, or has a wrong type or value. */
  | 'INVALID_OPTION'
  /** A check or a target has no name or no function. */
  | 'INVALID_CHECK'
  /** A plugin has no name or no `setup`, its `setup` failed, or it used its host too late or with a wrong path. */
  | 'INVALID_PLUGIN'
  /** Two checks share a name or an alias, two plugins a name, or two views a path. */
  | 'DUPLICATE_NAME'
  /** A framework or client has a version that an adapter does not support. */
  | 'UNSUPPORTED_VERSION'

/** Shared by all copies of this module, so that the errors of each are recognised by the others. */
const BRAND = Symbol.for('watchman.error')

/** Thrown for configuration that cannot work; the message says what is wrong and what is right. */
export class WatchmanError extends Error {
  override readonly name = 'WatchmanError'
  readonly [BRAND] = true

  constructor(
    /** Which kind of configuration it is; stable across versions. */
    readonly code: WatchmanErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`[watchman] ${redactUrls(message)}`, options) // a URL may be used as a name
  }
}

/**
 * Whether `value` is a `WatchmanError`, also one of another copy of this package.
 *
 * @example
 * if (isWatchmanError(error) && error.code === 'INVALID_OPTION') console.error(error.message)
 */
export function isWatchmanError(value: unknown): value is WatchmanError {
  return typeof value === 'object' && value !== null && BRAND in value
}
