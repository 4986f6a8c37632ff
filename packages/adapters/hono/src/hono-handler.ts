import type { Watchman } from '@watchman/core'
import { Hono } from 'hono'

/**
 * Makes a Hono app of a status endpoint, to be mounted at any depth. Other routes are left alone.
 *
 * @example
 * app.route('/watchman', honoHandler(watchman))
 */
export function honoHandler(watchman: Pick<Watchman, 'handle'>): Hono {
  return new Hono().all('/*', ({ req }) => watchman.handle(req.raw, { path: below(req.url, req.routePath) }))
}

/** What is left of the URL's path below the mount, which is the route `/a/:b/*` without its last part. */
function below(url: string, route: string): string {
  const depth = route.split('/').length - 1
  return `/${new URL(url).pathname.split('/').slice(depth).join('/')}`
}
