/** The scheme and host of a request target in absolute form, as proxies send it. */
const AUTHORITY = /^https?:\/\/[^/?#]*/i

/** The parts of a request target. */
export interface TargetParts {
  /** The path, as it was sent. */
  readonly path: string
  /** The query with its question mark, as it was sent; empty if it has none. */
  readonly search: string
}

/** Splits a request target, such as `/a?b` or `http://host/a?b`, without decoding or normalizing anything. */
export function splitTarget(target: string): TargetParts {
  const local = target.startsWith('/') ? target : target.replace(AUTHORITY, '')
  const end = local.search(/[?#]/)
  if (end === -1) return { path: local, search: '' }
  const path = local.slice(0, end)
  const query = local.slice(end)
  if (query.startsWith('#')) return { path, search: '' }
  const hash = query.indexOf('#')
  return { path, search: hash === -1 ? query : query.slice(0, hash) }
}

/**
 * Returns the path of a request target below `prefix`, as it was sent: nothing is decoded or normalized. Undefined outside
 * the prefix.
 *
 * @example
 * pathBelow('/watchman/ping?x', '/watchman') // '/ping'
 * pathBelow('/watchmen', '/watchman') // undefined
 */
export function pathBelow(target: string, prefix: string): string | undefined {
  const { path } = splitTarget(target)
  if (!path.startsWith(prefix)) return undefined
  const below = path.slice(prefix.length)
  return below === '' || below.startsWith('/') || prefix === '' ? below : undefined
}
