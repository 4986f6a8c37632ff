import { splitTarget } from '@watchman/core/adapter'
import { memberOf } from '@watchman/core/driver'
import type { Incoming } from './exchange.ts'

/** The host of a request target in absolute form, as proxies send it. */
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i

/**
 * The URL of a request by its target: `https://status.test:8443/watchman/?check=a`. A host that cannot be part of a URL counts
 * as `localhost`.
 */
export function urlOf(incoming: Incoming, target: string): string {
  const scheme = isSecure(incoming) ? 'https' : 'http'
  const authority = 'authority' in incoming ? incoming.authority : incoming.headers.host
  const host = ABSOLUTE.exec(target)?.[1] ?? authority ?? ''
  const origin = `${scheme}://${/[/?#@\\]/.test(host) ? '' : host}`
  const { path, search } = splitTarget(target)
  const base = URL.canParse(origin) ? new URL(origin).origin : `${scheme}://localhost`
  return `${base}${path.startsWith('/') ? '' : '/'}${path}${search}`
}

function isSecure(incoming: Incoming): boolean {
  return 'scheme' in incoming ? incoming.scheme === 'https' : memberOf(incoming.socket, 'encrypted') === true
}
