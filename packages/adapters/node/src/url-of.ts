import type { Incoming } from './exchange.ts'
import type { Target } from './target.ts'

/**
 * The URL of a request by its target: `https://status.test:8443/watchman/?check=a`. A host that no URL can hold counts as
 * `localhost`.
 */
export function urlOf(incoming: Incoming, { host: own, path, search }: Target): string {
  const scheme = isSecure(incoming) ? 'https' : 'http'
  const host = own ?? ('authority' in incoming ? incoming.authority : incoming.headers.host) ?? ''
  const origin = `${scheme}://${/[/?#@\\]/.test(host) ? '' : host}`
  return (URL.canParse(origin) ? new URL(origin).origin : `${scheme}://localhost`) + path + search
}

function isSecure(incoming: Incoming): boolean {
  return 'scheme' in incoming ? incoming.scheme === 'https' : Object(incoming.socket).encrypted === true
}
