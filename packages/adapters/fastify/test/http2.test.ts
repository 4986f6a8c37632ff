import { once } from 'node:events'
import { connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { createWatchman, defineCheck } from '@watchman/core'
import { untyped } from '@watchman/test-helpers'
import type fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { fastifyHandler, fastifyRequest } from '../src/index.ts'
import { versions } from './versions.ts'

const checks = [
  defineCheck('href', ({ url }, context) => ({
    href: url.replace(/:\d+/, ''),
    version: fastifyRequest(context)?.raw.httpVersion,
  })),
]

test.each(versions)('%s answers over HTTP/2', async (_version, framework) => {
  const create: typeof fastify = untyped(framework) // the types of an app over HTTP/2 are others
  const app = create({ http2: true })
  app.register(fastifyHandler(createWatchman({ checks, tokens: 'T' })), { prefix: '/watchman' })
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  onTestFinished(async () => {
    session.destroy()
    await app.close()
  })

  async function ask(path: string, headers: Readonly<Record<string, string>> = {}) {
    const stream = session.request({ ':path': path, ...headers })
    const [answered] = await once(stream, 'response')
    return [answered[':status'], await text(stream)]
  }
  const authorization = { authorization: 'Bearer T' }
  expect(await ask('/watchman/ping')).toEqual([200, 'pong'])
  expect(await ask('/watchman/')).toEqual([403, '{"error":403,"message":"Forbidden"}'])
  expect(await ask('/watchman/?a=%20', authorization)).toEqual([
    200,
    '{"href":"http://127.0.0.1/watchman/?a=%20","version":"2.0"}',
  ])
  expect(await ask('/watchman/', { ...authorization, ':method': 'POST' })).toEqual([
    405,
    '{"error":405,"message":"Method not allowed"}',
  ])
  expect(await ask('/watchman/', { ...authorization, ':method': 'HEAD' })).toEqual([200, ''])
  expect(await ask('/watchman/%')).toEqual([404, '{"error":404,"message":"Not found"}'])
})
