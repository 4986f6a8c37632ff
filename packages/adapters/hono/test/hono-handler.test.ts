import { serve } from '@hono/node-server'
import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { Hono } from 'hono'
import { Hono as OldestHono } from 'hono-oldest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { honoHandler } from '../src/index.ts'

const watchman = createWatchman({
  checks: [
    defineProbeCheck('databases', { default: async () => {} }),
    defineCheck('echo', ({ url, method }) => ({
      echo: { search: new URL(url).search.replace('token=T', 'token'), method },
    })),
  ],
  tokens: 'T',
})

const all = '{"databases":[{"default":{"ok":true}}],"echo":{"search":"?watchman-token","method":"GET"}}'

/** What every mount answers below its path. */
const cases: readonly (readonly [path: string, status: number, text: string])[] = [
  ['?watchman-token=T', 200, all],
  ['/?watchman-token=T', 200, all],
  ['', 403, '{"error":403,"message":"Forbidden"}'],
  ['/', 403, '{"error":403,"message":"Forbidden"}'],
  ['/ping', 200, 'pong'],
  ['/ping/', 200, 'pong'],
  ['/bare', 200, ''],
  ['/bare?check=unknown', 404, ''],
  ['/?watchman-token=T&check=unknown', 404, '{"error":404,"message":"No checks found"}'],
  ['/unknown', 404, '{"error":404,"message":"Not found"}'],
  ['/%', 404, '{"error":404,"message":"Not found"}'],
  ['/ping/ping', 404, '{"error":404,"message":"Not found"}'],
]

interface App {
  request(path: string, init?: RequestInit): Response | Promise<Response>
}

const sub = (app: Hono) => new Hono().route('/deep/er', app)
const mounts: readonly (readonly [name: string, mount: string, app: App])[] = [
  ['route', '/watchman', new Hono().route('/watchman', honoHandler(watchman))],
  ['route at any depth', '/a/b/watchman', new Hono().route('/a/b/watchman', honoHandler(watchman))],
  ['route in a sub-app', '/deep/er/watchman', sub(new Hono().route('/watchman', honoHandler(watchman)))],
  [
    'route with basePath',
    '/api/watchman',
    new Hono().basePath('/api').route('/watchman', honoHandler(watchman)),
  ],
  ['route with a parameter', '/acme/watchman', new Hono().route('/:tenant/watchman', honoHandler(watchman))],
  ['route at the root', '', new Hono().route('/', honoHandler(watchman))],
  [
    'route without strict',
    '/watchman',
    new Hono({ strict: false }).route('/watchman', honoHandler(watchman)),
  ],
  ['mount', '/watchman', new Hono().mount('/watchman', watchman.fetch)],
  ['mount of the oldest Hono', '/watchman', new OldestHono().mount('/watchman', watchman.fetch)],
]

describe.each(mounts)('%s', (_name, mount, app) => {
  test.each(cases)(`${mount}%s answers %i`, async (path, status, text) => {
    const response = await app.request(`http://status.test${mount}${path}`)
    expect([response.status, await response.text()]).toEqual([status, text])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('passes the method and headers on', async () => {
    const url = `http://status.test${mount}/`
    const post = await app.request(url, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    const headers = { authorization: 'WATCHMAN-TOKEN Token="T"' }
    expect((await app.request(url, { headers })).status).toBe(200)
    const head = await app.request(url, { method: 'HEAD', headers })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

test('paths that Hono would tidy up are no other paths', async () => {
  for (const path of ['/watchman//ping', '/watchman/p%69ng', '/watchman//evil.example/ping']) {
    const response = await new Hono().route('/watchman', honoHandler(watchman)).request(path)
    expect([path, await response.json()]).toEqual([path, { error: 404, message: 'Not found' }])
  }
})

test('the oldest supported Hono routes it as well', async () => {
  vi.resetModules()
  vi.doMock('hono', () => import('hono-oldest'))
  const { honoHandler: handler } = await import('../src/index.ts')
  const app = new Hono().route('/a/watchman', handler(watchman))
  for (const [path, status, text] of cases) {
    const response = await app.request(`http://status.test/a/watchman${path}`)
    expect([path, response.status, await response.text()]).toEqual([path, status, text])
  }
  vi.doUnmock('hono')
})

test('other routes are left alone', async () => {
  const app = new Hono().route('/watchman', honoHandler(watchman)).get('/*', (context) => context.text('app'))
  expect(await (await app.request('/watchmanx')).text()).toBe('app')
  expect(await (await app.request('/')).text()).toBe('app')
  expect((await app.request('/watchman/unknown')).status).toBe(404)
})

test("the app's own middleware stands in front", async () => {
  const app = new Hono()
  app.use('/watchman/*', async (context, next) => {
    await next()
    context.header('X-Own', 'yes')
  })
  app.route('/watchman', honoHandler(watchman))
  const response = await app.request('/watchman/ping')
  expect([response.headers.get('x-own'), response.headers.get('cache-control')]).toEqual(['yes', 'no-store'])
})

describe('on a real server', () => {
  const app = new Hono().route('/watchman', honoHandler(watchman))
  const open: { readonly close: () => void; readonly port: number }[] = []

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
        open.push({ port, close: () => server.close() })
        resolve()
      })
    })
  })
  afterAll(() => {
    for (const { close } of open) close()
  })

  test('answers over HTTP', async () => {
    const [{ port } = { port: 0 }] = open
    const response = await fetch(`http://127.0.0.1:${port}/watchman/?watchman-token=T`)
    expect([response.status, await response.text()]).toEqual([200, all])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('server-timing')).toMatch(/^databases\.default;dur=/)
    const head = await fetch(`http://127.0.0.1:${port}/watchman/ping`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const bare = await fetch(`http://127.0.0.1:${port}/watchman/bare`)
    expect([bare.status, await bare.text()]).toEqual([200, ''])
  })
})
