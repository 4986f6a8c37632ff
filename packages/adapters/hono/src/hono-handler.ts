import { type Answered, type Framed, type Mounted, type Watchman, WatchmanError } from '@watchman/core'
import { type Context, Hono } from 'hono'

declare module '@watchman/core' {
  interface RawRequests {
    /** What `honoHandler` hands over. */
    readonly hono: Context
  }
}

/** What can be mounted: a whole watchman, or one of its views such as `watchman.bare`. */
export type Endpoint = Pick<Watchman, 'handle'> | ((request: Request, framed: Framed) => Answered)

/**
 * Makes a Hono app of a status endpoint, to be mounted at any depth. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is neither a watchman nor one of its views.
 * @example
 * app.route('/watchman', honoHandler(watchman))
 * @example
 * app.route('/status', honoHandler(watchman.bare))
 */
export function honoHandler(endpoint: Endpoint): Hono {
  const handle = handleOf(endpoint)
  let latest = { url: '', routePath: '', path: '' } // nearly all requests look alike
  return new Hono().all('/*', (context) => {
    const { raw, url, routePath } = context.req
    if (url !== latest.url || routePath !== latest.routePath) {
      latest = { url, routePath, path: below(url, routePath) }
    }
    return handle(raw, { path: latest.path, raw: context })
  })
}

function handleOf(endpoint: Endpoint): (request: Request, mounted: Mounted) => Answered {
  if (typeof endpoint === 'function') return endpoint
  const { handle }: Partial<Watchman> = Object(endpoint)
  if (typeof handle === 'function') return handle
  const message = 'honoHandler takes a watchman, or one of its views such as watchman.bare'
  throw new WatchmanError('INVALID_OPTION', message)
}

/** What is left of the URL's path below the mount, which is the route `/a/:b/*` without its last part. */
function below(url: string, route: string): string {
  const depth = route.split('/').length - 1
  return `/${new URL(url).pathname.split('/').slice(depth).join('/')}`
}
