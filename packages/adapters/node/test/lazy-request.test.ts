import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { listen, type MountedServer } from '@watchman/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { nodeHandler } from '../src/index.ts'

type Inspect = (request: Request, incoming: IncomingMessage) => unknown

/** Lets `inspect` look at the request that an endpoint is given, and yields what it found. */
const inspections: Inspect[] = []
const found: unknown[] = []
const endpoint = async (request: Request, { raw }: { readonly raw?: unknown }) => {
  found.push(await inspections[0]?.(request, Object(raw)))
  return new Response('seen')
}
const servers: MountedServer[] = []
const front: ((incoming: IncomingMessage, outgoing: ServerResponse) => void)[] = []

beforeAll(async () => {
  const handler = nodeHandler(endpoint)
  const server = createServer((incoming, outgoing) => {
    for (const middleware of front) middleware(incoming, outgoing)
    handler(incoming, outgoing)
  })
  servers.push(await listen(server))
})
afterAll(() => Promise.all(servers.map(({ close }) => close())))

async function inspect<Found>(
  read: (request: Request, incoming: IncomingMessage) => Found,
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

describe('a lazy request', () => {
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

  test('has every member that a Request of the platform has, of the same kind', async () => {
    const kinds = (request: Request) =>
      Object.getOwnPropertyNames(Request.prototype)
        .filter((name) => name !== 'constructor')
        .map((name) => [name, typeof Reflect.get(request, name), Reflect.get(request, name) === null])
    expect(await inspect(kinds)).toEqual(kinds(new Request('http://status.test/')))
  })

  test('has an empty body', async () => {
    const text = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nx=1'
    expect(
      await inspect(async (request) => [request.body, request.bodyUsed, await request.text()], text),
    ).toEqual([null, false, ''])
  })

  test('builds no Request of the platform before it must, and one at most', async () => {
    const construct = vi.fn(globalThis.Request)
    vi.stubGlobal('Request', construct)
    await inspect(({ method, url, headers, signal }) => [method, url, headers.get('host'), signal.aborted])
    expect(construct).not.toHaveBeenCalled()
    await inspect((request) => [request.cache, request.mode, request.body])
    expect(construct).toHaveBeenCalledOnce()
    vi.unstubAllGlobals()
  })

  test('answers with the same headers and the same signal each time', async () => {
    const read = (request: Request) => {
      request.headers.set('x-added', 'yes')
      const { signal } = request
      return [
        request.headers.get('x-added'),
        signal === request.signal,
        request.clone().headers.get('x-added'),
      ]
    }
    expect(await inspect(read)).toEqual(['yes', true, 'yes'])
  })

  test('becomes a Request of the platform by clone()', async () => {
    const read = (request: Request) => {
      const copy = new Request(request.clone(), { headers: { 'x-own': 'other' } })
      return [copy.method, copy.url, copy.headers.get('x-own')]
    }
    expect(await inspect(read)).toEqual(['GET', 'http://status.test:8080/a/b?x=1', 'other'])
  })

  test('knows what middleware in front has done to the headers', async () => {
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

  test('has a method that no Request of the platform may have', async () => {
    const text = get('/').replace('GET', 'TRACE')
    expect(await inspect(({ method }) => method, text.replace('\r\n', '\r\nHost: a\r\n'))).toBe('TRACE')
  })

  test('aborts its signal when the client goes away, not when it was answered', async () => {
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
    ['/\\evil.example', 'Host: status.test', 'http://status.test//evil.example'],
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

  test('of a target without a slash begins with one', async () => {
    expect(await inspect((request) => request.url, get('*', 'Host: a').replace('GET', 'OPTIONS'))).toBe(
      'http://a/*',
    )
  })
})
