import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { listen, type MountedServer } from '@watchman/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Incoming, nodeHandler, nodeRequest } from '../src/index.ts'

type Inspect = (request: Request, incoming: Incoming | undefined) => unknown

/** Lets `inspect` look at the request that a check function gets, and returns what it found. */
const inspections: Inspect[] = []
const found: unknown[] = []
const watchman = createWatchman({
  checks: [
    defineCheck('inspect', async (request, context) => {
      found.push(await inspections[0]?.(request, nodeRequest(context)))
      return {}
    }),
  ],
})
const servers: MountedServer[] = []
const front: ((incoming: IncomingMessage, outgoing: ServerResponse) => void)[] = []

beforeAll(async () => {
  const handler = nodeHandler(watchman.status)
  const server = createServer((incoming, outgoing) => {
    for (const middleware of front) middleware(incoming, outgoing)
    handler(incoming, outgoing)
  })
  servers.push(await listen(server))
})
afterAll(() => Promise.all(servers.map(({ close }) => close())))

async function inspect<Found>(
  read: (request: Request, incoming: Incoming | undefined) => Found,
  text = '',
): Promise<unknown> {
  inspections.splice(0, 1, read)
  const port = Number(new URL(servers[0]?.url ?? '').port)
  const socket = connect(port, '127.0.0.1')
  socket.write(
    text || 'GET /a/b?x=1 HTTP/1.1\r\nHost: status.test:8080\r\nX-Own: yes\r\nConnection: close\r\n\r\n',
  )
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
  return found.pop()
}

const get = (target: string, ...headers: readonly string[]) =>
  [`GET ${target} HTTP/1.1`, 'Connection: close', ...headers, '', ''].join('\r\n')

describe('the request of a check function', () => {
  test('is a Request with the method, the URL and the headers of the incoming one', async () => {
    expect(
      await inspect((request) => [
        request instanceof Request,
        Object.prototype.toString.call(request),
        request.method,
        request.url,
        Object.fromEntries(request.headers),
      ]),
    ).toEqual([
      true,
      '[object Request]',
      'GET',
      'http://status.test:8080/a/b?x=1',
      { connection: 'close', host: 'status.test:8080', 'x-own': 'yes' },
    ])
  })

  test('is of the platform itself, so that it can be copied', async () => {
    const read = (request: Request) => {
      const copy = new Request(request, { headers: { 'x-own': 'other' } })
      return [copy.method, copy.url, copy.headers.get('x-own')]
    }
    expect(await inspect(read)).toEqual(['GET', 'http://status.test:8080/a/b?x=1', 'other'])
  })

  test('has an empty body', async () => {
    const text = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nx=1'
    expect(
      await inspect(async (request) => [request.body, request.bodyUsed, await request.text()], text),
    ).toEqual([null, false, ''])
  })

  test('is not made where no check function, authorize or plugin needs it', async () => {
    const construct = vi.fn(globalThis.Request)
    vi.stubGlobal('Request', construct)
    vi.resetModules() // the adapter keeps the Request that it finds when it is loaded
    const { nodeHandler } = await import('../src/index.ts')
    const probes = createWatchman({ checks: [defineProbeCheck('healthy', () => {})], tokens: 'T' })
    const server = await listen(createServer(nodeHandler(probes)))
    for (const path of ['/', '/?watchman-token=T', '/bare', '/ping', '/nowhere'])
      await fetch(server.url + path)
    expect(construct).not.toHaveBeenCalled()
    await server.close()
    const plain = await listen(createServer(nodeHandler(watchman.status)))
    await fetch(plain.url)
    expect(construct).toHaveBeenCalledOnce()
    vi.unstubAllGlobals()
    await plain.close()
  })

  test('has the headers that middleware in front has changed', async () => {
    front.push(({ headers }) => {
      headers.authorization = 'Bearer from a cookie'
    })
    expect(await inspect(({ headers }) => headers.get('authorization'))).toBe('Bearer from a cookie')
    front.pop()
  })

  test('joins several Authorization headers, so that no one of them can pass', async () => {
    const text = get(
      '/',
      'Host: a',
      'authorization: Bearer a',
      'Authorization: Bearer b',
      'Accept: authorization',
    )
    expect(await inspect(({ headers }) => headers.get('authorization'), text)).toBe('Bearer a, Bearer b')
  })

  test('does not abort its signal when it has been answered', async () => {
    const answered: AbortSignal[] = []
    await inspect(({ signal }) => answered.push(signal))
    expect(answered.map(({ aborted }) => aborted)).toEqual([false])
  })
})

describe('the URL', () => {
  test.each([
    ['/', 'Host: status.test', 'http://status.test/'],
    ['/', 'Host: STATUS.test:80', 'http://status.test/'],
    ['/', 'Host: [::1]:8080', 'http://[::1]:8080/'],
    ['//evil.example/ping', 'Host: status.test', 'http://status.test//evil.example/ping'],
    ['/a/../b?c/../d', 'Host: status.test', 'http://status.test/b?c/../d'],
    ['/a#b', 'Host: status.test', 'http://status.test/a'],
    ['/%', 'Host: status.test', 'http://status.test/%'],
    ['/"', 'Host: status.test', 'http://status.test/%22'],
    ['http://other.example/a?b', 'Host: status.test', 'http://other.example/a?b'],
    ['http://other.example?b', 'Host: status.test', 'http://other.example/?b'],
    ['https://user:pass@other.example/a', 'Host: status.test', 'http://localhost/a'],
    ['/', 'Host: user@status.test', 'http://localhost/'],
    ['/', 'Host: a b', 'http://localhost/'],
    ['/', 'Host: status.test:99999', 'http://localhost/'],
    ['/', 'Host:', 'http://localhost/'],
  ])('of %s with %s is %s', async (target, host, url) => {
    expect(await inspect((request) => request.url, get(target, host))).toBe(url)
  })
})
