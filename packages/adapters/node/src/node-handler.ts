import { bridge } from './bridge.ts'
import type { Endpoint } from './endpoint.ts'
import type { Incoming, Outgoing } from './exchange.ts'
import { nowhere } from './problems.ts'
import { remembering } from './remembering.ts'
import { send } from './send.ts'
import { pathBelow, toPrefix } from './target.ts'

declare module '@watchman/core' {
  interface RawRequests {
    /** What `nodeHandler` hands over. */
    readonly node: Incoming
  }
}

/** Options of `nodeHandler`. */
export interface NodeOptions {
  /** The path below which it answers: `'/watchman'`. @default none: every request is its own */
  readonly prefix?: string | undefined
}

/** A listener for the `'request'` event of a server, or middleware. Never throws. */
export type NodeHandler = (incoming: Incoming, outgoing: Outgoing, next?: () => void) => void

/**
 * Makes the request listener of a server of `node:http`, `node:https` or `node:http2`. A request that lies elsewhere
 * than below `prefix` goes to `next`; where there is none, it is a 404.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no endpoint, or a prefix that no path starts with.
 * @example
 * createServer(nodeHandler(watchman)).listen(8080)
 * @example
 * const health = nodeHandler(watchman, { prefix: '/watchman' })
 * createServer((request, response) => health(request, response, () => app(request, response)))
 */
export function nodeHandler(endpoint: Endpoint, options: NodeOptions = {}): NodeHandler {
  const answer = bridge(endpoint, 'nodeHandler')
  const elsewhere = bridge(nowhere(), 'nodeHandler')
  const prefix = toPrefix(options.prefix, 'nodeHandler')
  const below = remembering((target) => pathBelow(target, prefix))

  return (incoming, outgoing, next) => {
    const path = below(incoming.url ?? '/')
    if (path === undefined && next) return next()
    if (path === undefined) send(elsewhere({ incoming, outgoing, path: '/' }), outgoing)
    else send(answer({ incoming, outgoing, path, raw: incoming }), outgoing)
  }
}
