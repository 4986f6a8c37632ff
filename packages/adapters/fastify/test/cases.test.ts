import type { Endpoint } from '@watchman/core/adapter'
import { type AdapterSubject, adapterCases } from '@watchman/testing'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { describe, test } from 'vitest'
import { fastifyHandler, fastifyRequest } from '../src/index.ts'
import { type Create, newest, versions } from './versions.ts'

const { signal } = new AbortController()

/** An app with the endpoint mounted, and a route beside it. */
function subject(
  path: string,
  use: (app: FastifyInstance, endpoint: Endpoint) => unknown,
  app: () => FastifyInstance = newest,
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
  const isRaw = (raw: unknown) => fastifyRequest({ raw, signal }) !== undefined
  return { mount, mountView: mount, isRaw, beside: '/beside' }
}

/** Registers it with a prefix. */
function registered(create: Create, options?: FastifyServerOptions): AdapterSubject {
  const prefix = '/deep/er/watchman'
  return subject(
    prefix,
    (app, endpoint) => app.register(fastifyHandler(endpoint), { prefix }),
    () => create(options),
  )
}

const subjects: Readonly<Record<string, AdapterSubject>> = {
  ...Object.fromEntries(versions.map(([version, create]) => [version, registered(create)])),
  'a prefix in a prefix, with a parameter': subject('/acme/v1/watchman', (app, endpoint) =>
    app.register(
      (inner, _options, done) => {
        inner.register(fastifyHandler(endpoint), { prefix: '/v1/watchman' })
        done()
      },
      { prefix: '/:tenant' },
    ),
  ),
  'no case sensitivity': registered(newest, { routerOptions: { caseSensitive: false } }),
  'trailing slashes ignored': registered(newest, { routerOptions: { ignoreTrailingSlash: true } }),
}

describe.each(Object.entries(subjects))('%s', (_name, one) => {
  for (const { name, run } of adapterCases(one)) test(name, run)
})
