import type { Endpoint } from '@watchman/core/adapter'
import {
  bridge,
  type Incoming,
  type MountedRequest,
  mountedPath,
  type Outgoing,
  send,
} from '@watchman/node/adapter'

/** The part of Express' requests that is used. */
export type ExpressRequest = Incoming & MountedRequest

/** The part of an Express app that is used. */
interface Express {
  use(
    prefix: string,
    handler: (request: ExpressRequest, response: Outgoing, next: () => void) => unknown,
  ): unknown
}

/** The headers that announce a body. */
const BODY_HEADERS = ['content-length', 'content-type', 'transfer-encoding']

/**
 * Prepares the app below Nest, whose versions 4 and 5 look alike from here, and returns how to mount on it. Between the two
 * run the middleware of the app and the body parsers of Nest.
 */
export function mountOnExpress(app: Express, prefix: string, endpoint: Endpoint): () => void {
  const answer = bridge(endpoint, 'WatchmanModule')
  // Nest would answer for a parser that refuses a body. Parsers that see no body pass the request on.
  app.use(prefix, ({ headers }, _response, next) => {
    for (const name of BODY_HEADERS) delete headers[name]
    next()
  })
  return () => {
    app.use(prefix, (incoming, outgoing) => {
      const { originalUrl: target } = incoming
      const path = mountedPath(incoming)
      void answer({ incoming, outgoing, path, target, raw: incoming }).then((reply) => send(reply, outgoing))
    })
  }
}
