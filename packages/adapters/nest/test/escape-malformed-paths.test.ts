import { createServer } from 'node:http'
import { askServer } from '@watchman/test-helpers'
import { listen } from '@watchman/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FastifyInstance, type FastifyOptions, versions } from './nests.ts'
import { start } from './start.ts'

const notFound = [404, '{"error":404,"message":"Not found"}']

describe.each(versions.map((nest) => [nest.version, nest] as const))(
  'a path that Fastify below Nest %s cannot decode',
  (_version, nest) => {
    /** Starts an app with one mount below another, and yields its URL and the instance of Fastify. */
    async function serve(fastify: FastifyOptions = {}) {
      const instances: FastifyInstance[] = []
      const { url, close } = await start(nest, 'fastify', {
        imports: ['watchman/deep', 'watchman'].map((path) => nest.WatchmanModule.forRoot({ path })),
        prepare: (app) => instances.push(app.getHttpAdapter().getInstance()),
        fastify,
      })
      onTestFinished(close)
      return { url, instances }
    }

    test('is not found below the mount, and refused by Fastify elsewhere', async () => {
      const { url } = await serve()
      for (const path of ['/watchman/%', '/watchman/x/%?%', '/watchman/deep/%', '/w%61tchman/%']) {
        expect(await ask(url + path)).toEqual(notFound)
      }
      expect(await ask(`${url}/watchman/%`, { method: 'PROPFIND' })).toEqual(notFound)
      for (const path of ['/%', '/watchmanx/%', '/Watchman/%']) {
        expect((await ask(url + path))[0]).toBe(400)
      }
    })

    test('is not found where rewriteUrl shortens the path', async () => {
      const { url } = await serve({ rewriteUrl: ({ url = '' }) => url.replace('/proxied', '') })
      expect(await ask(`${url}/proxied/watchman/%`)).toEqual(notFound)
      expect((await ask(`${url}/proxied/%`))[0]).toBe(400)
    })

    test('is not found in an injected request', async () => {
      const { instances } = await serve()
      for (const instance of instances) {
        const { statusCode, body } = await instance.inject('/watchman/%')
        expect([statusCode, body]).toEqual(notFound)
      }
      expect(instances).toHaveLength(1)
    })

    test('is not found at the server of another address', async () => {
      const { instances } = await serve()
      for (const { routing } of instances) {
        const { url, close } = await listen(createServer(routing))
        onTestFinished(close)
        expect(await ask(`${url}/watchman/%`)).toEqual(notFound)
      }
      expect(instances).toHaveLength(1)
    })

    test('is not found where the router ignores case', async () => {
      const options = { caseSensitive: false }
      const { url } = await serve(nest.version === '10.0.0' ? options : { routerOptions: options })
      expect(await ask(`${url}/Watchman/%`)).toEqual(notFound)
      expect((await ask(`${url}/Watchmanx/%`))[0]).toBe(400)
    })
  },
)

async function ask(url: string, init?: RequestInit) {
  const { status, text } = await askServer(url, init)
  return [status, text]
}
