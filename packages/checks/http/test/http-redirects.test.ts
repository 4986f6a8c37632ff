import { createServer, type IncomingHttpHeaders } from 'node:http'
import { listen } from '@watchman/test-helpers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type HttpOptions, httpProbe } from '../src/index.ts'
import { askService, HEALTHY } from './ask-service.ts'

/** What a server received. */
interface Received {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** Starts a server that redirects `/307?to=…` with this status, and answers other paths with their status. */
async function serve() {
  const received: Received[] = []
  const server = createServer(({ method, url: path = '', headers }, response) => {
    received.push({ method, path, headers })
    const { pathname, searchParams } = new URL(path, 'http://localhost')
    const to = searchParams.get('to')
    if (to !== null) response.setHeader('Location', to)
    response.writeHead(Number(pathname.slice(1)) || 200).end()
  })
  const listening = await listen(server)
  return { ...listening, received, origin: `http://127.0.0.1:${listening.port}` }
}

let first: Awaited<ReturnType<typeof serve>>
let other: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  first = await serve()
  other = await serve()
})
beforeEach(() => {
  first.received.length = 0
  other.received.length = 0
})
afterAll(() => Promise.all([first.close(), other.close()]))

const redirect = (to: string, status = 302) => `/${status}?to=${encodeURIComponent(to)}`
const ask = (path: string, options?: HttpOptions) => askService(httpProbe(`${first.origin}${path}`, options))

const headers = {
  Authorization: 'Bearer hunter2hunter2',
  Cookie: 'session=hunter2hunter2',
  'X-Api-Key': 'hunter2hunter2',
  Host: 'payments.example',
  Accept: 'application/json',
}

describe('a redirect', () => {
  test('to the same origin gets all headers', async () => {
    expect(await ask(redirect('/200'), { headers })).toEqual(HEALTHY)
    expect(first.received[1]).toMatchObject({
      path: '/200',
      headers: {
        authorization: headers.Authorization,
        cookie: headers.Cookie,
        'x-api-key': headers['X-Api-Key'],
        host: 'payments.example',
      },
    })
  })

  test('to another origin gets no header that may be a secret, and neither does the first origin after it', async () => {
    expect(await ask(redirect(`${other.origin}${redirect(`${first.origin}/200`)}`), { headers })).toEqual(
      HEALTHY,
    )
    const harmless = { accept: 'application/json', 'user-agent': 'watchman', connection: 'close' }
    expect(other.received[0]?.headers).toEqual({ ...harmless, host: `127.0.0.1:${other.port}` })
    expect(first.received[1]?.headers).toEqual({ ...harmless, host: `127.0.0.1:${first.port}` })
  })

  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [302, 'PUT', 'PUT'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'DELETE', 'DELETE'],
  ])('%i of %s is followed with %s', async (status, method, followedWith) => {
    expect(await ask(redirect('/200', status), { method })).toEqual(HEALTHY)
    expect(first.received.map((request) => request.method)).toEqual([method, followedWith])
  })

  test('is shown in the error, with the server that it led to but not with its path', async () => {
    expect((await ask(redirect('/503'))).error).toBe('answered 503 after 1 redirect, not from 200 to 299')
    expect((await ask(redirect(redirect(`${other.origin}/503?code=hunter2`)))).error).toBe(
      `${other.origin} answered 503 after 2 redirects, not from 200 to 299`,
    )
  })

  test('is followed at most as often as the option says', async () => {
    const path = redirect(redirect('/200'))
    expect(await ask(path, { maxRedirects: 2 })).toEqual(HEALTHY)
    expect((await ask(path, { maxRedirects: 1 })).error).toBe(
      'answered 302 after 1 redirect, not from 200 to 299',
    )
    expect((await ask(path, { maxRedirects: 0 })).error).toBe('answered 302, not from 200 to 299')
    const endless = createServer((_, response) => response.writeHead(302, { Location: '/' }).end())
    const { port, close } = await listen(endless)
    expect((await askService(httpProbe(`http://127.0.0.1:${port}/`))).error).toBe(
      'answered 302 after 10 redirects, not from 200 to 299',
    )
    await close()
  })

  test('that is expected is not followed', async () => {
    expect(await ask(redirect(`${other.origin}/200`), { status: [200, 302] })).toEqual(HEALTHY)
    expect(other.received).toEqual([])
  })

  test.each(['ftp://files.example/', 'http://[', 'file:///etc/passwd'])(
    'to %s fails and says why',
    async (to) => {
      expect((await ask(redirect(to))).error).toBe(
        'answered 302 with a Location that is not a URL of http: or https:',
      )
    },
  )

  test('without a Location is the response', async () => {
    expect((await ask('/302')).error).toBe('answered 302, not from 200 to 299')
  })
})
