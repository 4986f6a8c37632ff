import { IncomingMessage } from 'node:http'
import type { CheckContext } from '@watchman/core'
import { type Endpoint, pathBelow, textResponse } from '@watchman/core/adapter'
import { isObject, validate } from '@watchman/core/driver'
import { bridge } from './bridge.ts'
import type { Incoming, Outgoing } from './exchange.ts'
import { aPrefix, trimPrefix } from './prefix.ts'
import { send } from './send.ts'
import { createTextReplies } from './text-reply.ts'

/** Options of `nodeHandler`. */
export interface NodeOptions {
  /** The path below which it answers: `'/watchman'`. @default none: it answers every request */
  readonly prefix?: string | undefined
}

/** A listener for the `'request'` event of a server, or middleware. Never throws. */
export type NodeHandler = (incoming: Incoming, outgoing: Outgoing, next?: () => void) => void

const NOT_FOUND = textResponse(404)

/**
 * Makes the request listener of a server of `node:http`, `node:https` or `node:http2`. A request outside `prefix` is passed to
 * `next`; without `next` it is answered with 404.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions, for an unknown option, and for a
 * prefix that is not a path.
 * @example
 * createServer(nodeHandler(watchman)).listen(8080)
 * @example
 * const health = nodeHandler(watchman, { prefix: '/watchman' })
 * createServer((request, response) => health(request, response, () => app(request, response)))
 */
export function nodeHandler(endpoint: Endpoint, options: NodeOptions = {}): NodeHandler {
  const answer = bridge(endpoint, 'nodeHandler')
  const prefix = trimPrefix(validate('nodeHandler', options, { prefix: aPrefix }).prefix)
  const toTextReply = createTextReplies()

  return (incoming, outgoing, next) => {
    const path = pathBelow(incoming.url ?? '/', prefix)
    if (path !== undefined) {
      void answer({ incoming, outgoing, path, raw: incoming }).then((reply) => send(reply, outgoing))
    } else if (next) {
      next()
    } else {
      send(toTextReply(NOT_FOUND, incoming.method ?? 'GET'), outgoing)
    }
  }
}

/**
 * Returns Node's own request in a check function, where the request came through `nodeHandler`.
 *
 * @example
 * defineCheck('peer', (_, context) => ({ peer: { address: nodeRequest(context)?.socket.remoteAddress } }))
 */
export function nodeRequest({ raw }: CheckContext): Incoming | undefined {
  return isIncoming(raw) ? raw : undefined
}

function isIncoming(raw: unknown): raw is Incoming {
  return raw instanceof IncomingMessage || (isObject(raw) && 'stream' in raw && 'rawHeaders' in raw)
}
