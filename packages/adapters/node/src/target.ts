import { WatchmanError } from '@watchman/core'

/** A target that a URL parser leaves as it is: no dots, which may be steps, nothing to encode. */
const PLAIN = /^\/[\w/~-]*(?:\?[\w=&%.,:~+-]*)?$/

/** The start of the absolute form, which proxies send. */
const AUTHORITY = /^https?:\/\/([^/?#]*)/i

/** What is read from the target of a request. */
export interface Target {
  /** The host it names itself, in place of the header. */
  readonly host?: string | undefined
  /** The path, as a URL would hold it. */
  readonly path: string
  /** The query with its question mark, as a URL would hold it. */
  readonly search: string
}

/** Takes the target of a request apart: `/a?b`, `http://host/a?b`, `*`, or whatever a client sends. */
export function parseTarget(target: string): Target {
  if (PLAIN.test(target)) return split(target)
  const [authority, host] = AUTHORITY.exec(target) ?? ['']
  const rest = target.slice(authority.length)
  // Not `new URL(target, base)`: it takes the host from a path such as `//evil.example/ping`.
  const { pathname: path, search } = new URL(`http://localhost${rest.startsWith('/') ? '' : '/'}${rest}`)
  return { host, path, search }
}

function split(target: string): Target {
  const [path = '', ...query] = target.split('?')
  return { path, search: query[0] ? `?${query[0]}` : '' }
}

/** The path of a request's target, as a URL would hold it. */
export function pathOf(target: string): string {
  return parseTarget(target).path
}

/** The path below `prefix` of a request's target; undefined where it lies elsewhere. */
export function pathBelow(target: string, prefix: string): string | undefined {
  const path = pathOf(target)
  const isBelow = path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')
  return isBelow || prefix === '' ? path.slice(prefix.length) : undefined
}

/**
 * The prefix without a slash at its end: `'/'` and undefined are `''`.
 *
 * @throws WatchmanError `INVALID_OPTION` for one that no path starts with.
 */
export function toPrefix(prefix: string | undefined, owner: string): string {
  if (prefix === undefined) return ''
  const isPath = typeof prefix === 'string' && prefix.startsWith('/') && pathOf(prefix) === prefix
  if (isPath) return prefix.replace(/\/+$/, '')
  const message = `option prefix of ${owner} must be a path as it stands in URLs, such as '/watchman'`
  throw new WatchmanError('INVALID_OPTION', message)
}
