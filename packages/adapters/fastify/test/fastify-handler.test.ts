import basicAuth from '@fastify/basic-auth'
import compress from '@fastify/compress'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import { createWatchman, defineCheck, WatchmanError } from '@watchman/core'
import { untyped } from '@watchman/test-helpers'
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import fastify3 from 'fastify-3'
import fastify4 from 'fastify-4'
import { afterEach, describe, expect, test } from 'vitest'
import { fastifyHandler, fastifyRequest } from '../src/index.ts'
import { versions } from './versions.ts'

const watchman = createWatchman({
  checks: [
    defineCheck('text', () => ({ text: 'long '.repeat(1000) })),
    defineCheck('id', (_, context) => ({ id: fastifyRequest(context)?.id ?? null })),
    defineCheck('href', ({ url }) => ({ href: url.replace(/:\d+/, '') })),
  ],
})
const prefix = '/watchman'
const notFound = { error: 404, message: 'Not found' }

const apps: FastifyInstance[] = []
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())))

async function serve(app: FastifyInstance): Promise<string> {
  apps.push(app)
  return app.listen({ port: 0, host: '127.0.0.1' })
}

describe('plugins in front', () => {
  test('compress the response', async () => {
    const app = fastify().register(compress).register(fastifyHandler(watchman), { prefix })
    const response = await fetch(`${await serve(app)}/watchman/?check=text`)
    expect(response.headers.get('content-encoding')).not.toBeNull()
    expect(await response.json()).toEqual({ text: 'long '.repeat(1000) })
  })

  test('add their headers and cookies', async () => {
    const authorize = () => new Response('no', { status: 401, headers: { 'Set-Cookie': 'b=2' } })
    const app = fastify().register(helmet)
    app.addHook('onRequest', async (_, reply) => {
      reply.header('set-cookie', 'a=1')
    })
    app.register(fastifyHandler(createWatchman({ authorize })), { prefix })
    const { status, headers } = await fetch(`${await serve(app)}/watchman`)
    expect([status, headers.getSetCookie()]).toEqual([401, ['a=1', 'b=2']])
    expect(headers.get('strict-transport-security')).not.toBeNull()
  })

  test('require a password, and refuse with the error handler of the app', async () => {
    const app = fastify().setErrorHandler<FastifyError>((error, _request, reply) => {
      reply.code(error.statusCode ?? 500).send('the page of the app')
    })
    await app.register(basicAuth, {
      validate: async (user, password) => {
        if (user !== 'me' || password !== 'secret') throw new Error('no')
      },
    })
    app.register(async (inner) => {
      inner.addHook('onRequest', app.basicAuth)
      inner.register(fastifyHandler(watchman), { prefix })
    })
    const url = await serve(app)
    for (const path of ['/watchman/ping', '/watchman/unknown']) {
      const refused = await fetch(url + path)
      expect([refused.status, await refused.text()]).toEqual([401, 'the page of the app'])
    }
    expect((await fetch(`${url}/watchman/`, { method: 'PROPFIND' })).status).toBe(401)
    const headers = { authorization: `Basic ${btoa('me:secret')}` }
    expect(await (await fetch(`${url}/watchman/ping`, { headers })).text()).toBe('pong')
  })

  test('change the request that check functions get', async () => {
    const app = fastify({ genReqId: () => 'own' }).register(fastifyHandler(watchman), { prefix })
    expect(await (await fetch(`${await serve(app)}/watchman/?check=id`)).json()).toEqual({ id: 'own' })
  })

  test.each(versions)('may refuse with the error handler of the app in %s', async (_version, create) => {
    const app = create().setErrorHandler<Error>(({ message }, _request, reply) => {
      reply.code(418).send(`the app: ${message}`)
    })
    app.addHook('onRequest', async () => {
      throw new Error('no')
    })
    const url = await serve(app.register(fastifyHandler(watchman), { prefix }))
    for (const path of ['/watchman/ping', '/watchman/%']) {
      const refused = await fetch(url + path)
      expect([refused.status, await refused.text()]).toEqual([418, 'the app: no'])
    }
  })

  test.each(versions)('may answer while a check runs in %s', async (_version, create) => {
    const slow = createWatchman({
      async authorize() {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return true
      },
    })
    const app = create()
    app.addHook('preHandler', async (_, reply) => {
      setTimeout(() => reply.code(503).send('busy'), 1)
    })
    const url = await serve(app.register(fastifyHandler(slow), { prefix }))
    expect(await (await fetch(`${url}/watchman/`)).text()).toBe('busy')
    expect((await fetch(`${url}/watchman/ping`)).status).toBeGreaterThan(0)
  })
})

describe('the plugin', () => {
  test('leaves the body parsers, error handlers and 404s of the app as they are', async () => {
    const app = fastify().register(fastifyHandler(watchman), { prefix })
    app.post('/echo', async ({ body }) => body)
    app.get('/error', async () => {
      throw new Error('of the app')
    })
    const url = await serve(app)
    const headers = { 'content-type': 'application/json' }
    const post = (body: string) => fetch(`${url}/echo`, { method: 'POST', headers, body })
    expect(await (await post('{"x":1}')).json()).toEqual({ x: 1 })
    expect((await post('{"x":')).status).toBe(400)
    expect(await (await fetch(`${url}/error`)).json()).toMatchObject({ message: 'of the app' })
    expect(await (await fetch(`${url}/unknown`)).json()).toMatchObject({
      message: 'Route GET:/unknown not found',
    })
    expect(await (await fetch(`${url}/%`)).json()).toMatchObject({ code: 'FST_ERR_BAD_URL' })
    expect(await (await fetch(`${url}/watchmanx/%`)).json()).toMatchObject({ code: 'FST_ERR_BAD_URL' })
    expect(await (await fetch(`${url}/watchman/%`)).json()).toEqual(notFound)
  })

  test('stays out of the OpenAPI schema', async () => {
    const app = fastify()
    await app.register(swagger)
    app.register(fastifyHandler(watchman), { prefix }).get('/own', async () => 'own')
    await app.ready()
    apps.push(app)
    expect(Object.keys(app.swagger().paths ?? {})).toEqual(['/own'])
  })

  test.each([
    ['Fastify 4', untyped(fastify4)],
    ['Fastify 5', fastify],
  ])('logs at the level of its registration in %s', async (_name, create: typeof fastify) => {
    const lines: string[] = []
    const logger = { level: 'info', stream: { write: (line: string) => lines.push(line) } }
    const app = create({ logger })
    app.register(fastifyHandler(watchman), { prefix, logLevel: 'error' }).get('/own', async () => 'own')
    await app.inject('/watchman/ping')
    expect(lines).toEqual([])
    await app.inject('/own')
    expect(lines.length).toBeGreaterThan(0)
    await app.close()
  })

  test('answers without a prefix, and below one that rewriteUrl removes', async () => {
    const rewriteUrl = ({ url = '' }) => url.replace('/proxied', '')
    const url = await serve(fastify({ rewriteUrl }).register(fastifyHandler(watchman)))
    expect(await (await fetch(`${url}/ping`)).text()).toBe('pong')
    const { href } = await (await fetch(`${url}/proxied/?check=href`)).json()
    expect(href).toBe('http://127.0.0.1/proxied/?check=href')
    expect(await (await fetch(`${url}/unknown`)).json()).toEqual(notFound)
    expect(await (await fetch(`${url}/%`)).json()).toEqual(notFound)
  })

  test('answers injected requests', async () => {
    const app = fastify().register(fastifyHandler(watchman), { prefix })
    expect((await app.inject('/watchman/ping')).body).toBe('pong')
    expect((await app.inject('/watchman/bare?check=unknown')).statusCode).toBe(404)
    await app.close()
  })

  test.each(['3.29.5', '4.0.0', '4.9.2', '6.0.0', '50.0.0'])(
    'is refused by Fastify %s, which is not supported',
    async (version) => {
      const app = version === '3.29.5' ? untyped(fastify3)() : fastify()
      if (app.version !== version) Object.defineProperty(app, 'version', { value: version })
      app.register(fastifyHandler(watchman), { prefix })
      await expect(app.ready()).rejects.toThrow(
        new WatchmanError(
          'UNSUPPORTED_VERSION',
          `fastifyHandler works with Fastify 4, from 4.10, and 5, but this app runs Fastify ${version}`,
        ),
      )
    },
  )

  test.each([
    [undefined, 'undefined'],
    [{}, 'an Object'],
    ['watchman', 'a string'],
  ])('%s is refused as an endpoint', (endpoint, type) => {
    const message = `fastifyHandler expects a watchman or one of its functions such as watchman.bare, not ${type}`
    expect(() => Reflect.apply(fastifyHandler, undefined, [endpoint])).toThrow(
      new WatchmanError('INVALID_OPTION', message),
    )
  })
})
