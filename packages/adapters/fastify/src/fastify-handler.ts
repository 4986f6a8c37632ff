import { WatchmanError } from '@watchman/core'
import { bridge, type Endpoint, remembering } from '@watchman/node/adapter'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { pathBelowRoute } from './path-below-route.ts'
import { repairTargets } from './repair-targets.ts'
import { send } from './send.ts'

declare module '@watchman/core' {
  interface RawRequests {
    /** What `fastifyHandler` hands over. */
    readonly fastify: FastifyRequest
  }
}

/** For @fastify/swagger. */
const HIDDEN: FastifySchema & { readonly hide: boolean } = { hide: true }

/**
 * Makes a plugin whose routes stay out of the OpenAPI schema. Other routes are left alone.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is neither a watchman nor one of its views; `UNSUPPORTED_VERSION` from
 * `register` in a Fastify other than 4, from 4.10, and 5.
 * @example
 * app.register(fastifyHandler(watchman), { prefix: '/watchman', logLevel: 'warn' })
 */
export function fastifyHandler(endpoint: Endpoint): FastifyPluginAsync {
  const answer = bridge(endpoint, 'fastifyHandler')

  return async (app) => {
    ensureSupported(app.version)
    const { prefix } = app
    const below = remembering((target) => pathBelowRoute(target, prefix))

    function handle(request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> {
      const { raw: incoming, originalUrl: target } = request
      const path = below(incoming.url ?? '/')
      const answered = answer({ incoming, outgoing: reply.raw, path, target, raw: request })
      return answered instanceof Promise ? answered.then((one) => send(one, reply)) : send(answered, reply)
    }

    // No body is read: one that the parsers of the app refuse must not become an error page.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    app.setErrorHandler(async (error, request, reply) => {
      if (/^FST_ERR_CTP/.test(Object(error).code)) return handle(request, reply)
      throw error // that of a hook of the app, for the handler of the app
    })

    app.all('/', { schema: HIDDEN, exposeHeadRoute: false }, handle)
    app.all('/*', { schema: HIDDEN, exposeHeadRoute: false }, handle)
    if (prefix) app.setNotFoundHandler(handle) // methods that Fastify does not route
    repairTargets(app)
  }
}

/** @throws WatchmanError `UNSUPPORTED_VERSION` for a version that is not tested. */
function ensureSupported(version: string): void {
  if (/^(?:4\.\d\d|5\.)/.test(version)) return
  const message = `fastifyHandler works with Fastify 4, from 4.10, and 5, but this app runs Fastify ${version}`
  throw new WatchmanError('UNSUPPORTED_VERSION', message)
}
