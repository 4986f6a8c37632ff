import { createServer } from 'node:http'
import Router from '@koa/router'
import Router12 from '@koa/router-12'
import type { Endpoint } from '@watchman/core/adapter'
import { type AdapterSubject, adapterCases, listen } from '@watchman/testing'
import Koa from 'koa'
import Koa2 from 'koa-2'
import Koa3 from 'koa-3'
import mount from 'koa-mount'
import OldestKoa from 'koa-oldest'
import { describe, test } from 'vitest'
import { koaContext, koaHandler } from '../src/index.ts'

const { signal } = new AbortController()

/** An app with the endpoint mounted, and a route beside it. */
function subject(
  path: string,
  use: (app: Koa, endpoint: Endpoint) => unknown,
  Framework = Koa,
): AdapterSubject {
  const start = (endpoint: Endpoint) => {
    const app = new Framework()
    use(app, endpoint)
    app.use((context) => {
      if (context.path === '/beside') context.body = 'app'
    })
    return listen(createServer(app.callback()), path)
  }
  return {
    mount: start,
    mountView: start,
    isRaw: (raw) => koaContext({ raw, signal })?.app instanceof Framework,
    beside: '/beside',
  }
}

/** Mounts it with a prefix in some version. */
function prefixed(Framework: typeof Koa): AdapterSubject {
  const use = (app: Koa, endpoint: Endpoint) => app.use(koaHandler(endpoint, { prefix: '/deep/er/watchman' }))
  return subject('/deep/er/watchman', use, Framework)
}

/** Mounts it with koa-mount in some version. */
function mounted(Framework: typeof Koa): AdapterSubject {
  const use = (app: Koa, endpoint: Endpoint) => app.use(mount('/watchman', koaHandler(endpoint)))
  return subject('/watchman', use, Framework)
}

const subjects: Readonly<Record<string, AdapterSubject>> = {
  'Koa 2.7.0': prefixed(OldestKoa),
  'the newest Koa 2': prefixed(Koa2),
  'Koa 3.0.0': prefixed(Koa3),
  'the newest Koa': prefixed(Koa),
  'koa-mount in Koa 2.7.0': mounted(OldestKoa),
  'koa-mount in the newest Koa': mounted(Koa),
  'koa-mount with a prefix, in an app in an app': subject('/sub/watchman', (app, endpoint) =>
    app.use(mount('/sub', new Koa().use(koaHandler(endpoint, { prefix: '/watchman/' })))),
  ),
  '@koa/router': subject('/api/watchman', (app, endpoint) => {
    const router = new Router({ prefix: '/api' })
    router.all('/watchman{/*path}', koaHandler(endpoint, { prefix: '/api/watchman' }))
    app.use(router.routes()).use(router.allowedMethods())
  }),
  '@koa/router 12 in Koa 2.7.0': subject(
    '/api/watchman',
    (app, endpoint) => {
      const router = new Router12({ prefix: '/api' })
      router.all('/watchman(.*)', koaHandler(endpoint, { prefix: '/api/watchman' }))
      app.use(router.routes())
    },
    OldestKoa,
  ),
}

describe.each(Object.entries(subjects))('%s', (_name, one) => {
  for (const { name, run } of adapterCases(one)) test(name, run)
})
