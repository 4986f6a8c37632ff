import type { Endpoint } from '@watchman/node/adapter'
import { type AdapterSubject, adapterCases } from '@watchman/testing'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import fastify4 from 'fastify-4'
import fastify5 from 'fastify-5'
import oldestFastify from 'fastify-oldest'
import { describe, test } from 'vitest'
import { fastifyHandler } from '../src/index.ts'

type Framework = (options?: FastifyServerOptions) => FastifyInstance

/** An app with the endpoint mounted, and a route beside it. */
function subject(
  path: string,
  use: (app: FastifyInstance, endpoint: Endpoint) => unknown,
  app: () => FastifyInstance = () => fastify(),
): AdapterSubject {
  const mount = async (endpoint: Endpoint) => {
    const one = app()
    use(one, endpoint)
    one.get('/beside', async () => 'app')
    const origin = await one.listen({ port: 0, host: '127.0.0.1' })
    const close = async () => {
      one.server.closeAllConnections()
      await one.close()
    }
    return { url: `${origin}${path}`, close }
  }
  const isRaw = (raw: unknown) => 'routeOptions' in Object(raw) || 'routerPath' in Object(raw)
  return { mount, mountView: mount, isRaw, beside: '/beside' }
}

/** Registers it with a prefix in some version, whose types differ. */
function registered(framework: unknown, options?: FastifyServerOptions): AdapterSubject {
  const create: Framework = Object(framework)
  const prefix = '/deep/er/watchman'
  return subject(
    prefix,
    (app, endpoint) => app.register(fastifyHandler(endpoint), { prefix }),
    () => create(options),
  )
}

const subjects: Readonly<Record<string, AdapterSubject>> = {
  'Fastify 4.0.0': registered(oldestFastify),
  'the newest Fastify 4': registered(fastify4),
  'Fastify 5.0.0': registered(fastify5),
  'the newest Fastify': registered(fastify),
  'a prefix in a prefix, with a parameter': subject('/acme/v1/watchman', (app, endpoint) =>
    app.register(
      (inner, _options, done) => {
        inner.register(fastifyHandler(endpoint), { prefix: '/v1/watchman' })
        done()
      },
      { prefix: '/:tenant' },
    ),
  ),
  'no case sensitivity': registered(fastify, { routerOptions: { caseSensitive: false } }),
  'trailing slashes ignored': registered(fastify, { routerOptions: { ignoreTrailingSlash: true } }),
}

describe.each(Object.entries(subjects))('%s', (_name, one) => {
  for (const { name, run } of adapterCases(one)) test(name, run)
})
