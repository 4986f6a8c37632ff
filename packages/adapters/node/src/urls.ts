import type { Incoming } from './exchange.ts'
import { remembering } from './remembering.ts'
import { parseTarget } from './target.ts'

/**
 * Makes the function that tells the URL of a request by its target: `https://status.test:8443/watchman/?check=a`. A host
 * that no URL can hold counts as `localhost`.
 */
export function urls(): (incoming: Incoming, target: string) => string {
  const parse = remembering(parseTarget)
  const originOf = remembering((origin) =>
    URL.canParse(origin) ? new URL(origin).origin : origin.replace(/:.*/, '://localhost'),
  )

  return (incoming, target) => {
    const { host: own, href } = parse(target)
    const host = own ?? ('authority' in incoming ? incoming.authority : incoming.headers.host) ?? ''
    return originOf(`http${isSecure(incoming) ? 's' : ''}://${/[/?#@\\]/.test(host) ? '' : host}`) + href
  }
}

function isSecure(incoming: Incoming): boolean {
  return 'scheme' in incoming ? incoming.scheme === 'https' : Object(incoming.socket).encrypted === true
}
