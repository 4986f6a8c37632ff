import { bridge, type Endpoint, isStream, pathBelow, remembering, toPrefix } from '@watchman/node/adapter'
import type { Context, Middleware } from 'koa'

declare module '@watchman/core' {
  interface RawRequests {
    /** What `koaHandler` hands over. */
    readonly koa: Context
  }
}

/** Options of `koaHandler`. */
export interface KoaOptions {
  /** The path below which it answers: `'/watchman'`. @default none: every request that reaches it is its own */
  readonly prefix?: string | undefined
}

/**
 * Makes middleware that answers below `prefix` and leaves other routes alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is neither a watchman nor one of its views, or a prefix that no path
 * starts with.
 * @example
 * app.use(koaHandler(watchman, { prefix: '/watchman' }))
 * @example
 * app.use(mount('/watchman', koaHandler(watchman)))
 */
export function koaHandler(endpoint: Endpoint, options: KoaOptions = {}): Middleware {
  const answer = bridge(endpoint, 'koaHandler')
  const prefix = toPrefix(options.prefix, 'koaHandler')
  const below = remembering((target) => pathBelow(target, prefix))

  return async (context, next) => {
    const { req, res, url, originalUrl } = context
    const path = below(url)
    if (path === undefined) return next()
    const exchange = { incoming: req, outgoing: res, path, target: originalUrl, raw: context }
    const { status, headers, body } = await answer(exchange)
    context.status = status
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'string') context.set(name, value)
      else context.append(name, value) // cookies of middleware in front stay
    }
    context.body = isStream(body) || typeof body === 'string' ? body : Buffer.from(body)
    if (headers['content-type'] === undefined) context.remove('Content-Type') // Koa has guessed one
  }
}
