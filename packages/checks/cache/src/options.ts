import { WatchmanError } from '@watchman/core'

/** Options of every driver. */
export interface CacheOptions {
  /** What the key of a probe begins with; a random UUID follows. @default 'watchman:' */
  readonly prefix?: string | undefined
}

/** What `typeof` says of the members by which a driver knows its client. */
export type Members = Readonly<Record<string, 'function' | 'object' | 'string' | 'boolean'>>

/**
 * Lets pass what has the `members`.
 *
 * @throws WatchmanError `INVALID_OPTION` that names the `driver`, the client it wants and what it was given.
 */
export function ensureClient(driver: string, client: unknown, wanted: string, members: Members): void {
  const fits = Object.entries(members).every(([name, type]) => typeof Object(client)[name] === type)
  // Of what it was given only the kind is named: a URL has a password.
  if (!fits) throw invalid(`${driver}(…) wants ${wanted}, not ${kindOf(client)}`)
}

/**
 * The prefix of the keys.
 *
 * @throws WatchmanError `INVALID_OPTION` for an option that is unknown, and for a prefix that `isRight` refuses.
 */
export function prefixOf(
  driver: string,
  options: CacheOptions,
  right = 'a string',
  isRight: (prefix: string) => boolean = () => true,
): string {
  const unknown = Object.keys(Object(options)).find((name) => name !== 'prefix')
  if (unknown !== undefined) throw invalid(`option ${unknown} of ${driver} must be one of prefix`)
  const { prefix = 'watchman:' } = options
  if (typeof prefix !== 'string' || !isRight(prefix)) {
    throw invalid(`option prefix of ${driver} must be ${right}`)
  }
  return prefix
}

function invalid(message: string): WatchmanError {
  return new WatchmanError('INVALID_OPTION', message)
}

function kindOf(value: unknown): string {
  return value === undefined || value === null ? `${value}` : (Object(value).constructor?.name ?? 'Object')
}
