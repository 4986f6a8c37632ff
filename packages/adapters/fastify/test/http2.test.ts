import { once } from 'node:events'
import { connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { createWatchman, defineCheck } from '@watchman/core'
import fastify from 'fastify'
import fastify4 from 'fastify-4'
import fastify5 from 'fastify-5'
import oldestFastify from 'fastify-oldest'
import { expect, onTestFinished, test } from 'vitest'
import { fastifyHandler } from '../src/index.ts'

const versions = {
  'Fastify 4.0.0': oldestFastify,
  'the newest Fastify 4': fastify4,
  'Fastify 5.0.0': fastify5,
  'the newest Fastify': fastify,
}
const checks = [
  defineCheck('href', ({ url }, { raw }) => ({
    href: url.replace(/:\d+/, ''),
    version: Object(raw).raw.httpVersion,
  })),
]

test.each(Object.entries(versions))('%s answers over HTTP/2', async (_name, framework) => {
  const create: typeof fastify = Object(framework) // their types differ
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
