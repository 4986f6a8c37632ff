import { createWatchman, defineCheck, defineProbeCheck, WatchmanError } from '@watchman/core'
import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { compress } from 'hono/compress'
import { Hono as OldestHono } from 'hono-oldest'
import { describe, expect, test } from 'vitest'
import { honoContext, honoHandler } from '../src/index.ts'

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

/** What `app.mount` of any version answers below its path. */
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

describe('app.mount in the oldest Hono, without this package', () => {
  const app = new OldestHono().mount('/watchman', watchman.fetch)

  test.each(cases)('/watchman%s answers %i', async (path, status, text) => {
    const response = await app.request(`http://status.test/watchman${path}`)
    expect([response.status, await response.text()]).toEqual([status, text])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
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

test('compression and a password in front work', async () => {
  const app = new Hono().use(compress()).use(basicAuth({ username: 'me', password: 'secret' }))
  app.route('/watchman', honoHandler(watchman))
  expect((await app.request('/watchman/ping')).status).toBe(401)
  const headers = { authorization: `Basic ${btoa('me:secret')}`, 'accept-encoding': 'gzip' }
  const response = await app.request('/watchman/?watchman-token=T', { headers })
  expect([response.status, response.headers.get('content-encoding')]).toEqual([200, 'gzip'])
})

test('passes the context of the app to check functions', async () => {
  const user = defineCheck('user', (_, context) => ({ user: honoContext(context)?.get('user') }))
  const app = new Hono<{ Variables: { user: string } }>().use((context, next) => {
    context.set('user', 'me')
    return next()
  })
  app.route('/watchman', honoHandler(createWatchman({ checks: [user] })))
  expect(await (await app.request('/watchman')).json()).toEqual({ user: 'me' })
})

test('a single view answers at its path', async () => {
  const app = new Hono().route('/status', honoHandler(watchman.bare))
  expect((await app.request('/status')).status).toBe(200)
  expect((await app.request('/status?check=unknown')).status).toBe(404)
})

test.each([
  [undefined, 'undefined'],
  [{}, 'an Object'],
  ['watchman', 'a string'],
])('%s is refused as an endpoint', (endpoint, type) => {
  const message = `honoHandler expects a watchman or one of its functions such as watchman.bare, not ${type}`
  expect(() => Reflect.apply(honoHandler, undefined, [endpoint])).toThrow(
    new WatchmanError('INVALID_OPTION', message),
  )
})
