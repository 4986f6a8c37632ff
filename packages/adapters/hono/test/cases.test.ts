import { createAdaptorServer } from '@hono/node-server'
import type { Watchman } from '@watchman/core'
import type { Endpoint } from '@watchman/core/adapter'
import { untyped } from '@watchman/test-helpers'
import { type AdapterSubject, adapterCases, listen } from '@watchman/testing'
import { Hono } from 'hono'
import { Hono as OldestHono } from 'hono-oldest'
import { describe, test, vi } from 'vitest'
import { honoContext, honoHandler } from '../src/index.ts'

vi.doMock('hono', () => import('hono-oldest'))
vi.resetModules()
const { honoHandler: oldestHandler } = await import('../src/index.ts')
vi.doUnmock('hono')

/** An app as the server of Node takes it. */
interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>
  readonly get: (path: string, handler: () => Response) => unknown
}

const { signal } = new AbortController()

function start(path: string, app: App): ReturnType<AdapterSubject['mount']> {
  app.get('/beside', () => new Response('app'))
  return listen(createAdaptorServer({ fetch: app.fetch }), path)
}

/** Mounts it with `app.route`, which takes single views and hands over its context. */
function routed(path: string, make: (endpoint: Endpoint) => App, beside = '/beside'): AdapterSubject {
  const mount = (endpoint: Endpoint) => start(path, make(endpoint))
  return {
    mount,
    mountView: mount,
    isRaw: (raw) => honoContext({ raw, signal }) !== undefined,
    beside,
    parsesUrls: true,
  }
}

const subjects: Readonly<Record<string, AdapterSubject>> = {
  'app.route at some depth': routed('/a/b/watchman', (endpoint) =>
    new Hono().route('/a/b/watchman', honoHandler(endpoint)),
  ),
  'app.route in Hono 4.0.10': routed('/a/watchman', (endpoint) =>
    new OldestHono().route('/a/watchman', untyped(oldestHandler(endpoint))),
  ),
  'app.route in a sub-app': routed('/deep/er/watchman', (endpoint) =>
    new Hono().route('/deep/er', new Hono().route('/watchman', honoHandler(endpoint))),
  ),
  'app.route with a basePath': routed(
    '/api/watchman',
    (endpoint) => new Hono().basePath('/api').route('/watchman', honoHandler(endpoint)),
    '/api/beside',
  ),
  'app.route below a parameter': routed('/acme/watchman', (endpoint) =>
    new Hono().route('/:tenant/watchman', honoHandler(endpoint)),
  ),
  'app.route without strict': routed('/watchman', (endpoint) =>
    new Hono({ strict: false }).route('/watchman', honoHandler(endpoint)),
  ),
}

describe.each(Object.entries(subjects))('%s', (_name, one) => {
  for (const { name, run } of adapterCases(one)) test(name, run)
})

describe('app.mount, without this package', () => {
  const mount = ({ fetch }: Watchman) => start('/watchman', new Hono().mount('/watchman', fetch))
  for (const { name, run } of adapterCases({ mount, beside: '/beside', parsesUrls: true })) test(name, run)
})
