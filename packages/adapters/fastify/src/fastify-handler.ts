import { type CheckContext, WatchmanError } from '@watchman/core'
import { type Endpoint, pathBelowRoute } from '@watchman/core/adapter'
import { isObject, memberOf } from '@watchman/core/driver'
import { bridge } from '@watchman/node/adapter'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { escapeMalformedPaths } from './escape-malformed-paths.ts'
import { send } from './send.ts'

/** For @fastify/swagger. */
const HIDDEN: FastifySchema & { readonly hide: boolean } = { hide: true }

/**
 * Makes a plugin whose routes stay out of the OpenAPI schema. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions; `UNSUPPORTED_VERSION` from
 * `register` in a Fastify other than 4, from 4.10, and 5.
 * @example
 * app.register(fastifyHandler(watchman), { prefix: '/watchman', logLevel: 'warn' })
 */
export function fastifyHandler(endpoint: Endpoint): FastifyPluginAsync {
  const answer = bridge(endpoint, 'fastifyHandler')

  return async (app) => {
    assertSupported(app.version)
    const { prefix } = app

    async function respond(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const { raw: incoming, originalUrl: target } = request
      const path = pathBelowRoute(incoming.url ?? '/', prefix)
      return send(await answer({ incoming, outgoing: reply.raw, path, target, raw: request }), reply)
    }

    /** Returns nothing: waiting for a promise costs Fastify more than the rest of the request. */
    function handle(request: FastifyRequest, reply: FastifyReply): void {
      void respond(request, reply)
    }

    // No body is read: one that the parsers of the app refuse must not become an error page.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    app.setErrorHandler(async (error, request, reply) => {
      if (isContentTypeError(error)) return respond(request, reply)
      throw error // that of a hook of the app, for the handler of the app
    })

    app.all('/', { schema: HIDDEN, exposeHeadRoute: false }, handle)
    app.all('/*', { schema: HIDDEN, exposeHeadRoute: false }, handle)
    if (prefix) app.setNotFoundHandler(handle) // methods that Fastify does not route
    escapeMalformedPaths(app)
  }
}

/**
 * Returns the request of Fastify in a check function, where it came through `fastifyHandler`.
 *
 * @example
 * defineCheck('user', (_, context) => ({ user: { name: fastifyRequest(context)?.headers['x-user'] } }))
 */
export function fastifyRequest({ raw }: CheckContext): FastifyRequest | undefined {
  return isFastifyRequest(raw) ? raw : undefined
}

function isFastifyRequest(raw: unknown): raw is FastifyRequest {
  return isObject(raw) && 'raw' in raw && 'server' in raw && 'params' in raw
}

function isContentTypeError(error: unknown): boolean {
  return `${memberOf(error, 'code')}`.startsWith('FST_ERR_CTP')
}

/** @throws WatchmanError `UNSUPPORTED_VERSION` for a version that is not tested. */
function assertSupported(version: string): void {
  if (/^(?:4\.\d\d|5\.)/.test(version)) return
  const message = `fastifyHandler works with Fastify 4, from 4.10, and 5, but this app runs Fastify ${version}`
  throw new WatchmanError('UNSUPPORTED_VERSION', message)
}
