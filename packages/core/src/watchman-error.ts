/** Which kind of configuration cannot work. */
export type WatchmanErrorCode =
  /** An option is unknown, or has a wrong type or value. */
  | 'INVALID_OPTION'
  /** A check, a target or a view lacks its name or its function. */
  | 'INVALID_CHECK'
  /** Two checks share a name or an alias, or two views a path. */
  | 'DUPLICATE_NAME'
  /** A framework or client is of a version that an adapter does not know. */
  | 'UNSUPPORTED_VERSION'

/** Thrown for configuration that cannot work; the message names what is wrong and what is right. */
export class WatchmanError extends Error {
  override readonly name = 'WatchmanError'

  constructor(
    /** Which kind of configuration it is; stable across versions. */
    readonly code: WatchmanErrorCode,
    message: string,
  ) {
    super(`[watchman] ${message}`)
  }
}
