import type { IncomingMessage, ServerResponse } from 'node:http'
import { bridge, type Endpoint, pathOf, send } from '@watchman/node/adapter'

/** What is used of a request of acme-client. */ // @client
/** What is used of a request. */ // @alone
export interface AcmeRequest extends IncomingMessage {
  // TODO: name what you use of the real request.
  /** The target as the client sent it, where the framework cuts the mount off `url`. */
  readonly originalUrl?: string
}

/** What the framework calls below the mount. */
export type AcmeMiddleware = (request: AcmeRequest, response: ServerResponse) => void

declare module '@watchman/core' {
  interface RawRequests {
    /** What `acmeHandler` hands over. */
    readonly acme: AcmeRequest
  }
}

/**
 * Makes a handler for `app.use`, at any depth. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is neither a watchman nor one of its views.
 * @example
 * app.use('/watchman', acmeHandler(watchman))
 * @example
 * app.use('/status', acmeHandler(watchman.bare))
 */
export function acmeHandler(endpoint: Endpoint): AcmeMiddleware {
  const answer = bridge(endpoint, 'acmeHandler')
  // TODO: take what the framework hands over.
  return (request, response) => {
    const { url = '/', originalUrl: target = url } = request
    const exchange = { incoming: request, outgoing: response, path: pathOf(url), target, raw: request }
    send(answer(exchange), response)
  }
}
