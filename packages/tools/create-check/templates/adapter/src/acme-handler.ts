import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CheckContext } from '@watchman/core'
import { type Endpoint, handleOf, splitTarget } from '@watchman/core/adapter'
import { hasMembers } from '@watchman/core/driver'
import { headerOf, toRequest } from './to-request.ts'
import { writeResponse } from './write-response.ts'

/** A request of acme-client, with the members that are used. */ // @client
/** A request, with the members that are used. */ // @alone
export interface AcmeRequest extends IncomingMessage {
  // TODO: declare the members of the real request that you use.
  /** The request target as the client sent it, where the framework removes the mount from `url`. */
  readonly originalUrl?: string
}

/** What the framework calls below the mount. */
export type AcmeMiddleware = (request: AcmeRequest, response: ServerResponse) => void

/**
 * Makes a handler for `app.use`, at any depth. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions.
 * @example
 * app.use('/watchman', acmeHandler(watchman))
 * @example
 * app.use('/status', acmeHandler(watchman.bare))
 */
export function acmeHandler(endpoint: Endpoint): AcmeMiddleware {
  const handle = handleOf(endpoint, 'acmeHandler')
  // TODO: take what the framework passes.
  return async (request, response) => {
    const { method = 'GET', url = '/', originalUrl: target = url } = request
    const answer = await handle({
      method,
      path: splitTarget(url).path, // as it was sent: a path that is decoded or normalized may be another one to a proxy
      search: splitTarget(target).search,
      header: (name) => headerOf(request, name),
      request: () => toRequest(request, response, target),
      raw: request,
    })
    await writeResponse(answer, method, response)
  }
}

/**
 * Returns the request of the framework in a check function, if it came through `acmeHandler`.
 *
 * @example
 * defineCheck('peer', (_, context) => ({ peer: { address: acmeRequest(context)?.socket.remoteAddress } }))
 */
export function acmeRequest({ raw }: Pick<CheckContext, 'raw'>): AcmeRequest | undefined {
  return isAcmeRequest(raw) ? raw : undefined
}

function isAcmeRequest(raw: unknown): raw is AcmeRequest {
  return hasMembers(raw, { url: 'string', rawHeaders: 'object', socket: 'object' })
}
