import type { CheckContext } from '@watchman/core'
import type { Endpoint } from '@watchman/core/adapter'
import { isObject } from '@watchman/core/driver'
import { bridge, mountedPath, send } from '@watchman/node/adapter'
import type { Request, RequestHandler } from 'express'

/**
 * Makes a handler for `app.use`, at any depth. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions.
 * @example
 * app.use('/watchman', expressHandler(watchman))
 * @example
 * app.use('/status', expressHandler(watchman.bare))
 */
export function expressHandler(endpoint: Endpoint): RequestHandler {
  const answer = bridge(endpoint, 'expressHandler')
  return (request, response) => {
    const path = mountedPath(request)
    const exchange = {
      incoming: request,
      outgoing: response,
      path,
      target: request.originalUrl,
      raw: request,
    }
    void answer(exchange).then((reply) => send(reply, response))
  }
}

/**
 * Returns the request of Express in a check function, where it came through `expressHandler`.
 *
 * @example
 * defineCheck('user', (_, context) => ({ user: { name: expressRequest(context)?.get('x-user') } }))
 */
export function expressRequest({ raw }: CheckContext): Request | undefined {
  return isExpressRequest(raw) ? raw : undefined
}

function isExpressRequest(raw: unknown): raw is Request {
  return isObject(raw) && 'originalUrl' in raw && 'app' in raw && 'res' in raw
}
