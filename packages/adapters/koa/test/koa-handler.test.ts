import { createServer } from 'node:http'
import cors from '@koa/cors'
import { createWatchman, defineCheck, WatchmanError } from '@watchman/core'
import { listen, type MountedServer } from '@watchman/testing'
import Koa from 'koa'
import compress from 'koa-compress'
import OldestKoa from 'koa-oldest'
import { afterEach, describe, expect, test } from 'vitest'
import { koaContext, koaHandler } from '../src/index.ts'

const watchman = createWatchman({
  checks: [
    defineCheck('text', () => ({ text: 'long '.repeat(1000) })),
    defineCheck('user', (_, context) => ({ user: koaContext(context)?.state.user ?? null })),
    defineCheck('href', ({ url }) => ({ href: url.replace(/:\d+/, '') })),
  ],
})
const prefix = '/watchman'

const servers: MountedServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(({ close }) => close())))

async function serve(app: Koa): Promise<string> {
  const server = await listen(createServer(app.callback()))
  servers.push(server)
  return server.url
}

describe.each([
  ['Koa 2', OldestKoa],
  ['Koa 3', Koa],
])('in %s the middleware in front', (_name, Framework) => {
  test('compresses', async () => {
    const url = await serve(new Framework().use(compress()).use(koaHandler(watchman, { prefix })))
    const response = await fetch(`${url}/watchman/?check=text`)
    expect(response.headers.get('content-encoding')).not.toBeNull()
    expect(await response.json()).toEqual({ text: 'long '.repeat(1000) })
  })

  test('adds its headers and cookies', async () => {
    const authorize = () => new Response('no', { status: 401, headers: { 'Set-Cookie': 'b=2' } })
    const app = new Framework().use(cors()).use((context, next) => {
      context.cookies.set('a', '1')
      return next()
    })
    app.use(koaHandler(createWatchman({ authorize }), { prefix }))
    const { status, headers } = await fetch(`${await serve(app)}/watchman`, {
      headers: { Origin: 'http://a' },
    })
    expect(status).toBe(401)
    expect(headers.get('access-control-allow-origin')).not.toBeNull()
    expect(headers.getSetCookie()).toEqual(['a=1; path=/; httponly', 'b=2'])
  })

  test('asks for a password', async () => {
    const app = new Framework().use((context, next) => {
      return context.get('authorization') === `Basic ${btoa('me:secret')}` ? next() : context.throw(401)
    })
    app.silent = true
    const url = await serve(app.use(koaHandler(watchman, { prefix })))
    const headers = { authorization: `Basic ${btoa('me:secret')}` }
    expect((await fetch(`${url}/watchman/ping`)).status).toBe(401)
    expect(await (await fetch(`${url}/watchman/ping`, { headers })).text()).toBe('pong')
  })

  test('passes its context to check functions', async () => {
    const app = new Framework().use((context, next) => {
      context.state.user = 'me'
      return next()
    })
    const url = await serve(app.use(koaHandler(watchman, { prefix })))
    expect(await (await fetch(`${url}/watchman/?check=user`)).json()).toEqual({ user: 'me' })
  })

  test('sees the status of the answer, whatever it is', async () => {
    const seen: number[] = []
    const app = new Framework().use(async (context, next) => {
      await next()
      seen.push(context.status)
    })
    const failing = createWatchman({ checks: [defineCheck('x', () => ({ ok: false }))], failingStatus: 520 })
    const url = await serve(app.use(koaHandler(failing, { prefix })))
    expect((await fetch(`${url}/watchman`)).status).toBe(520)
    expect(seen).toEqual([520])
  })
})

test('a check sees the URL that the client asked for, whatever was cut off', async () => {
  const app = new Koa().use((context, next) => {
    context.url = context.url.replace('/proxied', '')
    return next()
  })
  const url = await serve(app.use(koaHandler(watchman, { prefix })))
  const { href } = await (await fetch(`${url}/proxied/watchman/?check=href`)).json()
  expect(href).toBe('http://127.0.0.1/proxied/watchman/?check=href')
})

test('a single view without a prefix answers every request', async () => {
  const url = await serve(new Koa().use(koaHandler(watchman.ping)))
  expect(await (await fetch(`${url}/any/where`)).text()).toBe('pong')
})

test('the app gets no error event', async () => {
  const errors: unknown[] = []
  const app = new Koa().on('error', (error) => errors.push(error))
  const authorize = () => Promise.reject(new Error('x'))
  const url = await serve(app.use(koaHandler(createWatchman({ authorize }), { prefix })))
  const response = await fetch(`${url}/watchman`)
  expect([response.status, await response.json()]).toEqual([500, { error: 500, message: 'Internal error' }])
  expect(errors).toEqual([])
})

test.each([
  [undefined, 'undefined'],
  [{}, 'an Object'],
  ['watchman', 'a string'],
])('%s is refused as an endpoint', (endpoint, type) => {
  const message = `koaHandler expects a watchman or one of its functions such as watchman.bare, not ${type}`
  expect(() => Reflect.apply(koaHandler, undefined, [endpoint])).toThrow(
    new WatchmanError('INVALID_OPTION', message),
  )
})

test('a prefix that is not a path is refused, and so is an unknown option', () => {
  const message =
    "option prefix of koaHandler must be a path as URLs contain it, such as '/watchman', not a string"
  expect(() => koaHandler(watchman, { prefix: 'watchman' })).toThrow(
    new WatchmanError('INVALID_OPTION', message),
  )
  const misspelled: object = { prefx: '/watchman' }
  expect(() => koaHandler(watchman, misspelled)).toThrow('koaHandler has no option "prefx"')
})
