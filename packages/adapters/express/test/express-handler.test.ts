import { createServer } from 'node:http'
import { createWatchman, defineCheck, WatchmanError } from '@watchman/core'
import { listen, type MountedServer } from '@watchman/testing'
import compression from 'compression'
import cors from 'cors'
import express, { type Express } from 'express'
import express4 from 'express-4'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { afterEach, describe, expect, test } from 'vitest'
import { expressHandler, expressRequest } from '../src/index.ts'

const watchman = createWatchman({
  checks: [
    defineCheck('text', () => ({ text: 'long '.repeat(1000) })),
    defineCheck('user', (_, context) => ({ user: expressRequest(context)?.res?.locals.user ?? null })),
  ],
})

const servers: MountedServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(({ close }) => close())))

async function serve(app: Express): Promise<string> {
  const server = await listen(createServer(app))
  servers.push(server)
  return server.url
}

describe.each([
  ['Express 4', express4],
  ['Express 5', express],
])('in %s the middleware in front', (_name, framework) => {
  test('compresses', async () => {
    const url = await serve(framework().use(compression()).use('/watchman', expressHandler(watchman)))
    const response = await fetch(`${url}/watchman/?check=text`)
    expect(response.headers.get('content-encoding')).toMatch(/^(gzip|br)$/)
    expect(response.headers.get('vary')).toMatch(/accept-encoding/i)
    expect(await response.json()).toEqual({ text: 'long '.repeat(1000) })
  })

  test('adds the headers of CORS and Helmet', async () => {
    const app = framework().use(helmet(), cors()).use('/watchman', expressHandler(watchman))
    const { headers } = await fetch(`${await serve(app)}/watchman/ping`)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('strict-transport-security')).not.toBeNull()
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null])
  })

  test('asks for a password, and limits the rate', async () => {
    const app = framework()
    app.use('/watchman', rateLimit({ limit: 2, windowMs: 60_000 }), (request, response, next) => {
      if (request.headers.authorization === `Basic ${btoa('me:secret')}`) next()
      else response.set('WWW-Authenticate', 'Basic').status(401).end()
    })
    app.use('/watchman', expressHandler(watchman))
    const url = await serve(app)
    const authorization = `Basic ${btoa('me:secret')}`
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${url}/watchman/ping`, { headers })).status
    expect([await ask({}), await ask({ authorization }), await ask({ authorization })]).toEqual([
      401, 200, 429,
    ])
  })

  test('parses bodies, or not', async () => {
    const app = framework().use(framework.json(), framework.urlencoded({ extended: false }))
    const url = await serve(app.use('/watchman', expressHandler(watchman)))
    const headers = { 'Content-Type': 'application/json' }
    const post = await fetch(`${url}/watchman/`, { method: 'POST', headers, body: '{"x":1}' })
    expect([post.status, await post.json()]).toEqual([405, { error: 405, message: 'Method not allowed' }])
  })

  test('passes its request to check functions', async () => {
    const app = framework().use((_request, response, next) => {
      response.locals.user = 'me'
      next()
    })
    const url = await serve(app.use('/watchman', expressHandler(watchman)))
    expect(await (await fetch(`${url}/watchman/?check=user`)).json()).toEqual({ user: 'me' })
  })
})

test('a route takes it as well', async () => {
  const app = express()
  app.get('/status', expressHandler(watchman.ping))
  const url = await serve(app)
  expect(await (await fetch(`${url}/status`)).text()).toBe('pong')
  expect((await fetch(`${url}/status/more`)).status).toBe(404)
})

test('the error handler of the app is not called', async () => {
  const errors: unknown[] = []
  const app = express().use(
    '/watchman',
    expressHandler(createWatchman({ authorize: () => Promise.reject(new Error('x')) })),
  )
  app.use((error: unknown, _request: unknown, _response: unknown, _next: unknown) => errors.push(error))
  const response = await fetch(`${await serve(app)}/watchman/`)
  expect([response.status, await response.json()]).toEqual([500, { error: 500, message: 'Internal error' }])
  expect(errors).toEqual([])
})

test.each([
  [undefined, 'undefined'],
  [{}, 'an Object'],
  ['watchman', 'a string'],
])('%s is refused as an endpoint', (endpoint, type) => {
  const message = `expressHandler expects a watchman or one of its functions such as watchman.bare, not ${type}`
  expect(() => Reflect.apply(expressHandler, undefined, [endpoint])).toThrow(
    new WatchmanError('INVALID_OPTION', message),
  )
})
