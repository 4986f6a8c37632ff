import type { CheckContext } from '@watchman/core'
import { type Endpoint, pathBelow } from '@watchman/core/adapter'
import { isObject, validate } from '@watchman/core/driver'
import { aPrefix, bridge, trimPrefix } from '@watchman/node/adapter'
import type { Context, Middleware } from 'koa'
import { send } from './send.ts'

/** Options of `koaHandler`. */
export interface KoaOptions {
  /** The path below which it answers: `'/watchman'`. @default none: it answers every request that reaches it */
  readonly prefix?: string | undefined
}

/**
 * Makes middleware that answers below `prefix` and leaves other routes alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions, for an unknown option, and for a
 * prefix that is not a path.
 * @example
 * app.use(koaHandler(watchman, { prefix: '/watchman' }))
 * @example
 * app.use(mount('/watchman', koaHandler(watchman)))
 */
export function koaHandler(endpoint: Endpoint, options: KoaOptions = {}): Middleware {
  const answer = bridge(endpoint, 'koaHandler')
  const prefix = trimPrefix(validate('koaHandler', options, { prefix: aPrefix }).prefix)

  return async (context, next) => {
    const { req, res, originalUrl } = context
    const path = pathBelow(req.url ?? '/', prefix)
    if (path === undefined) return next()
    send(await answer({ incoming: req, outgoing: res, path, target: originalUrl, raw: context }), context)
  }
}

/**
 * Returns the context of Koa in a check function, where the request came through `koaHandler`.
 *
 * @example
 * defineCheck('user', (_, context) => ({ user: { name: koaContext(context)?.get('x-user') } }))
 */
export function koaContext({ raw }: CheckContext): Context | undefined {
  return isKoaContext(raw) ? raw : undefined
}

function isKoaContext(raw: unknown): raw is Context {
  return isObject(raw) && 'req' in raw && 'res' in raw && 'app' in raw && 'cookies' in raw
}
