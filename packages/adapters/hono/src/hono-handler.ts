import type { CheckContext } from '@watchman/core'
import {
  type Endpoint,
  handleOf,
  pathBelowRoute,
  splitTarget,
  textResponse,
  toResponse,
} from '@watchman/core/adapter'
import { isObject } from '@watchman/core/driver'
import { type Context, Hono } from 'hono'

const NOT_FOUND = textResponse(404)

/**
 * Makes a Hono app of a status endpoint, to be mounted at any depth. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions.
 * @example
 * app.route('/watchman', honoHandler(watchman))
 * @example
 * app.route('/status', honoHandler(watchman.bare))
 */
export function honoHandler(endpoint: Endpoint): Hono {
  const handle = handleOf(endpoint, 'honoHandler')
  return new Hono().all('/*', async (context) => {
    const { raw, url, routePath, method } = context.req
    const path = pathBelowRoute(url, routePath.replace(/\/\*$/, ''))
    if (path === undefined) return toResponse(NOT_FOUND, method)
    const response = await handle({
      method,
      path,
      search: splitTarget(url).search,
      header: (name) => raw.headers.get(name) ?? undefined,
      request: () => raw,
      raw: context,
    })
    return toResponse(response, method)
  })
}

/**
 * Returns the context of Hono in a check function, where the request came through `honoHandler`.
 *
 * @example
 * defineCheck('user', (_, context) => ({ user: { name: honoContext(context)?.get('user') } }))
 */
export function honoContext({ raw }: CheckContext): Context | undefined {
  return isHonoContext(raw) ? raw : undefined
}

function isHonoContext(raw: unknown): raw is Context {
  return isObject(raw) && 'req' in raw && 'executionCtx' in raw
}
