import { bridge, type Endpoint, pathOf, remembering, send } from '@watchman/node/adapter'
import type { Request, RequestHandler } from 'express'

declare module '@watchman/core' {
  interface RawRequests {
    /** What `expressHandler` hands over. */
    readonly express: Request
  }
}

/**
 * Makes a handler for `app.use`, at any depth. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is neither a watchman nor one of its views.
 * @example
 * app.use('/watchman', expressHandler(watchman))
 * @example
 * app.use('/status', expressHandler(watchman.bare))
 */
export function expressHandler(endpoint: Endpoint): RequestHandler {
  const answer = bridge(endpoint, 'expressHandler')
  const read = remembering(pathOf)
  return (request, response) => {
    const { url, originalUrl } = request
    // Express has cut the mount off; Express 4 takes a second slash with it, which would make `/ping` of `//ping`.
    const path = read(originalUrl.endsWith(`/${url}`) ? `/${url}` : url)
    const exchange = { incoming: request, outgoing: response, path, target: originalUrl, raw: request }
    send(answer(exchange), response)
  }
}
