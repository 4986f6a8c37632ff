import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
} from 'node:http2'
import { createWatchman, defineCheck, type Plugin } from '@watchman/core'
import { createCertificate } from '@watchman/test-helpers/certificate'
import { listen } from '@watchman/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeHandler, nodeRequest } from '../src/index.ts'

const seen: Request[] = []
const echo = defineCheck('echo', (request, context) => {
  seen.push(request)
  return {
    echo: {
      url: request.url,
      own: request.headers.get('x-own'),
      stream: nodeRequest(context) !== undefined && isHttp2(context.raw),
    },
  }
})
const isHttp2 = (raw: unknown) => typeof raw === 'object' && raw !== null && 'stream' in raw
const hang = defineCheck('hang', ({ signal }) => {
  signals.push(signal)
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ hang: true })))
})
const signals: AbortSignal[] = []
const events: Plugin = {
  name: 'events',
  setup(host) {
    const start = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(3))
    const source = { start, cancel: () => void cancelled.push(1) }
    host.view('events', () => new Response(new ReadableStream(source)), { open: true })
  },
}
const cancelled: number[] = []
const watchman = createWatchman({ checks: [echo, hang], plugins: [events], tokens: 'T' })

const certificate = await createCertificate()
const kinds = {
  'HTTP/2 in plain text': () => listen(createServer(nodeHandler(watchman))),
  'HTTP/2 over TLS': () => listen(createSecureServer(certificate, nodeHandler(watchman))),
}

describe.each(Object.entries(kinds))('%s', (_name, start) => {
  const open: { readonly url: string; readonly session: ClientHttp2Session; close(): Promise<void> }[] = []

  beforeAll(async () => {
    const server = await start()
    const session = connect(server.url, { rejectUnauthorized: false })
    session.on('error', () => {})
    open.push({ ...server, session })
  })
  afterAll(async () => {
    for (const { session, close } of open) {
      session.destroy()
      await close()
    }
  })

  function ask(path: string, more: Readonly<Record<string, string | string[]>> = {}) {
    return new Promise<{ headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
      const stream = open[0]?.session.request({ ':path': path, ...more })
      const answer: { headers: IncomingHttpHeaders; text: string } = { headers: {}, text: '' }
      stream?.setEncoding('utf8')
      stream?.on('response', (headers) => Object.assign(answer, { headers }))
      stream?.on('data', (text: string) => Object.assign(answer, { text: answer.text + text }))
      stream?.on('end', () => resolve(answer))
      stream?.on('error', reject)
    })
  }

  test('answers as HTTP/1.1 does', async () => {
    const ping = await ask('/ping')
    expect([ping.headers[':status'], ping.text, ping.headers['cache-control']]).toEqual([
      200,
      'pong',
      'no-store',
    ])
    const head = await ask('/ping', { ':method': 'HEAD' })
    expect([head.headers[':status'], head.text]).toEqual([200, ''])
    const post = await ask('/', { ':method': 'POST' })
    expect([post.headers[':status'], post.headers.allow]).toEqual([405, 'GET, HEAD'])
    expect((await ask('//evil.example/ping')).text).toBe('{"error":404,"message":"Not found"}')
    expect((await ask('/')).headers[':status']).toBe(403)
  })

  test('reads the authority, the scheme and the headers', async () => {
    const headers = { authorization: 'Bearer T', 'x-own': 'yes', ':authority': 'status.test:8443' }
    const { text } = await ask('/?check=echo', headers)
    const scheme = new URL(open[0]?.url ?? '').protocol
    expect(JSON.parse(text)).toEqual({
      echo: { url: `${scheme}//status.test:8443/?check=echo`, own: 'yes', stream: true },
    })
    expect([...(seen.at(-1)?.headers.keys() ?? [])]).toEqual(['authorization', 'x-own'])
  })

  test('aborts the signal when the client cancels, and keeps the session', async () => {
    const stream = open[0]?.session.request({ ':path': '/?check=hang&watchman-token=T' })
    stream?.on('error', () => {})
    await expect.poll(() => signals.length).toBeGreaterThan(0)
    stream?.close(8) // CANCEL
    await expect.poll(() => signals.at(-1)?.aborted).toBe(true)
    signals.splice(0)
    expect((await ask('/ping')).text).toBe('pong')
  })

  test('cancels a stream when the client does', async () => {
    const stream = open[0]?.session.request({ ':path': '/events' })
    stream?.on('error', () => {})
    await new Promise((resolve) => stream?.once('data', resolve))
    stream?.close(8)
    await expect.poll(() => cancelled.length).toBeGreaterThan(0)
    cancelled.splice(0)
    expect((await ask('/ping')).text).toBe('pong')
  })
})
