import { bridge, type Endpoint, pathBelow, remembering, toPrefix } from '@watchman/node/adapter'
import type { Context, Middleware } from 'koa'
import { send } from './send.ts'

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

  return (context, next) => {
    const { req, res, originalUrl } = context
    const path = below(req.url ?? '/')
    if (path === undefined) return next()
    const reply = answer({ incoming: req, outgoing: res, path, target: originalUrl, raw: context })
    return reply instanceof Promise ? reply.then((one) => send(one, context)) : send(reply, context)
  }
}
