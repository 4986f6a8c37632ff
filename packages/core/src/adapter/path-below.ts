/**
 * The scheme and host of a request target in absolute form, as proxies send it. Parsers disagree on where a host with other
 * characters ends: for `http://a;/b` the path is `/b` or `/;/b`.
 */
const AUTHORITY = /^https?:\/\/(?:[\w.~:-]*@)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?(?=[/?#]|$)/i

/** The parts of a request target. */
export interface TargetParts {
  /** The path, as it was sent. */
  readonly path: string
  /** The query with its question mark, as it was sent; empty if it has none. */
  readonly search: string
}

/**
 * Splits a request target, such as `/a?b` or `http://host/a?b`, without decoding or normalizing anything. A target in absolute
 * form whose host is not valid is a path, which no mount has.
 */
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

/**
 * Returns the path of a request target below a route, which may have parameters, as it was sent. Undefined where another part of
 * the route is spelled differently: many routers decode a path, or ignore its case, before they compare it.
 *
 * @example
 * pathBelowRoute('/acme/watchman/ping', '/:tenant/watchman') // '/ping'
 * pathBelowRoute('/acme/w%61tchman/ping', '/:tenant/watchman') // undefined
 */
export function pathBelowRoute(target: string, route: string): string | undefined {
  const sent = splitTarget(target).path.split('/')
  const parts = route.replace(/\/+$/, '').split('/')
  if (!parts.every((part, index) => isSent(part, sent[index]))) return undefined
  return sent.length === parts.length ? '' : `/${sent.slice(parts.length).join('/')}`
}

/** Whether a part of a path is the one that a route has: the same, or percent-encoded as URLs require, or any where it is a parameter. */
function isSent(part: string, sent: string | undefined): boolean {
  if (sent === undefined) return false
  return sent === part || part.includes(':') || part === '*' || sent === encodeURI(part)
}
