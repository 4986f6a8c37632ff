import dns from 'node:dns'
import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { createWatchman, defineCheck } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { fastifyHandler } from '../src/index.ts'
import { closing, inject } from './inject.ts'
import { newest, versions } from './versions.ts'

const prefix = '/watchman'
const watchman = createWatchman({ checks: [defineCheck('up', () => ({ up: true }))], tokens: 'T' })
const plugin = fastifyHandler(watchman)
const notFound = [404, '{"error":404,"message":"Not found"}']
const badUrl = [400, expect.stringContaining('is not a valid url component')]

const addresses = ['127.0.0.1', '::1']
const interfaces = Object.values(networkInterfaces()).flat()
const lacking = addresses.filter((one) => interfaces.every((given) => given?.address !== one))

describe.each(versions)('a path that %s cannot decode', (_version, create) => {
  function mounted(options?: FastifyServerOptions): FastifyInstance {
    return closing(create(options)).register(plugin, { prefix })
  }

  test.each(['/%', '/%zz', '/%E0%A4%A', '/ping/%', '/%/ping', '/%20%', '/%?check=%', '/%;%', '/%#%'])(
    'such as %s is not found in an injected request',
    async (path) => {
      expect(await inject(mounted(), prefix + path)).toEqual(notFound)
    },
  )

  test('is not found where rewriteUrl shortens the path', async () => {
    const app = mounted({ rewriteUrl: ({ url = '' }) => url.replace('/proxied', '') })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    for (const path of ['/proxied/watchman/%', '/watchman/%']) {
      expect(await answered(request(url + path))).toEqual(notFound)
    }
    expect(await answered(request(`${url}/proxied/%`))).toEqual(badUrl)
  })

  test.skipIf(lacking[0])(
    `is not found at both addresses of localhost${lacking[0] ? `, of which this machine lacks ${lacking}` : ''}`,
    async () => {
      const app = mounted()
      const { port } = new URL(await listenAtLocalhost(app))
      for (const host of addresses) {
        const asked = request({ host, port, path: '/watchman/%', agent: false })
        expect([host, ...(await answered(asked))]).toEqual([host, ...notFound])
      }
    },
  )

  test('is not found with the host in the target', async () => {
    const app = mounted()
    const { hostname, port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
    const ask = (path: string) => answered(request({ hostname, port, path }))
    expect(await ask('http://status.test/watchman/%')).toEqual(notFound)
    expect(await ask('http://status.test/%/watchman/ping')).toEqual(badUrl)
  })

  test('is refused for other methods, also those that Fastify does not route', async () => {
    const app = mounted()
    expect(await inject(app, '/watchman/%', 'HEAD')).toEqual([404, ''])
    for (const method of ['POST', 'OPTIONS', 'PROPFIND'] as const) {
      expect(await inject(app, '/watchman/%', method)).toEqual(await inject(app, '/watchman/x', method))
    }
  })

  test('is not found below prefixes in prefixes, with parameters', async () => {
    const app = closing(create())
    app.register(async (inner) => void inner.register(plugin, { prefix: '/v:version/watchman/' }), {
      prefix: '/:tenant',
    })
    for (const path of ['/acme/v1/watchman/%', '/%/v1/watchman/x', '/%/v%/watchman/%']) {
      expect(await inject(app, path)).toEqual(notFound)
    }
    for (const path of ['/%', '/acme/%', '/acme/v1/%', '/acme/v1/watchmanx/%', '/acme/v1/%/watchman/']) {
      expect(await inject(app, path)).toEqual(badUrl)
    }
  })

  test('is not found without a prefix', async () => {
    const app = closing(create()).register(plugin)
    expect(await inject(app, '/%')).toEqual(notFound)
    expect(await inject(app, '/x/%')).toEqual(notFound)
  })

  test('is not found below each of several prefixes', async () => {
    const app = mounted().register(plugin, { prefix: '/größe' }).register(plugin, { prefix: '/watchman2' })
    for (const path of ['/watchman/%', '/gr%C3%B6%C3%9Fe/%', '/watchman2/%']) {
      expect(await inject(app, path)).toEqual(notFound)
    }
    expect(await inject(app, '/watchman3/%')).toEqual(badUrl)
  })

  test('is not found for any spelling of the prefix', async () => {
    const strict = mounted()
    expect(await inject(strict, '/w%61tchman/%')).toEqual(notFound)
    for (const path of ['/Watchman/%', '//watchman/%', '/watchman%2F%', '/w%2561tchman/%']) {
      expect(await inject(strict, path)).toEqual(badUrl)
    }
    const options = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true }
    const lax = mounted(create === newest ? { routerOptions: options } : options)
    for (const path of ['/Watchman/%', '/WATCHM%41N/%/', '//watchman///%']) {
      expect(await inject(lax, path)).toEqual(notFound)
    }
    expect(await inject(lax, '//Watchmanx//%')).toEqual(badUrl)
  })

  test('is handled by the app elsewhere', async () => {
    const frameworkErrors: FastifyServerOptions['frameworkErrors'] = (_error, _request, { raw }) => {
      raw.writeHead(400).end('the page of the app')
    }
    const app = mounted({ frameworkErrors })
    app.get('/files/*', async ({ params }) => params)
    app.setNotFoundHandler((_request, reply) => reply.code(404).send('of the app'))
    for (const path of ['/%', '/files/%', '/watchmanx/%', '/x/watchman/%']) {
      expect(await inject(app, path)).toEqual([400, 'the page of the app'])
    }
    expect(await inject(app, '/files/a%20b%2Fc')).toEqual([200, '{"*":"a b/c"}'])
    expect(await inject(app, '/unknown?%')).toEqual([404, 'of the app'])
    expect(await inject(app, '/watchman/%')).toEqual(notFound)
  })
})

test('a path that cannot be decoded is not found by a compiled router', async () => {
  const app = closing(newest({ routerOptions: { compile: true } })).register(plugin, { prefix })
  expect(await inject(app, '/watchman/%')).toEqual(notFound)
  expect(await inject(app, '/watchmanx/%')).toEqual(badUrl)
})

async function answered(asked: ClientRequest) {
  asked.end()
  const [response] = await once(asked, 'response')
  return [response.statusCode, await text(response)]
}

/** Listens at localhost as if that name had both addresses, whatever it has on this machine. */
async function listenAtLocalhost(app: FastifyInstance): Promise<string> {
  const known = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((...given: readonly unknown[]) => {
    const [host, options, callback = options] = given
    const found = known.filter(({ address }) => host === 'localhost' || host === address)
    if (typeof callback !== 'function') return
    if (memberOf(options, 'all')) callback(null, found)
    else callback(null, found[0]?.address, found[0]?.family)
  })
  onTestFinished(() => lookup.mockRestore())
  return app.listen({ port: 0, host: 'localhost' })
}
