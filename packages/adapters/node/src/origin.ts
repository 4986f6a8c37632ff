import type { Incoming } from './exchange.ts'

/**
 * Makes the function that tells what stands before a request's target in its URL: `https://status.test:8443`. `host`
 * replaces that of the headers; one that no URL can hold counts as `localhost`.
 */
export function origins(): (incoming: Incoming, host: string | undefined) => string {
  let latest = ''
  let origin = ''

  return (incoming, given) => {
    const host = given ?? ('authority' in incoming ? incoming.authority : incoming.headers.host) ?? ''
    const next = `http${isSecure(incoming) ? 's' : ''}://${/[/?#@\\]/.test(host) ? '' : host}`
    if (next !== latest) {
      latest = next // nearly all requests name the same host
      origin = URL.canParse(next) ? new URL(next).origin : next.replace(/:.*/, '://localhost')
    }
    return origin
  }
}

function isSecure(incoming: Incoming): boolean {
  return 'scheme' in incoming ? incoming.scheme === 'https' : Object(incoming.socket).encrypted === true
}
