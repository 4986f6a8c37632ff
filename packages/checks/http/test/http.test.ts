import { getEventListeners, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createPlainServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWatchman } from '@watchman/core'
import { listen, untyped } from '@watchman/test-helpers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpOptions, type HttpResponse, httpProbe, services } from '../src/index.ts'
import { askService, HEALTHY } from './ask-service.ts'

const requests: IncomingMessage[] = []
let service: Awaited<ReturnType<typeof listen>>
const at = (path: string) => `http://127.0.0.1:${service.port}${path}`

beforeAll(async () => {
  const server = createServer((request, response) => {
    requests.push(request)
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const status = Number(pathname.slice(1))
    if (pathname === '/hang') return
    if (pathname === '/closed') return void request.socket.destroy()
    if (pathname === '/half') return void response.writeHead(200).write('{"status":')
    if (pathname === '/endless') {
      const write = () => response.write('x'.repeat(50_000), () => setImmediate(write))
      write()
      return
    }
    if (pathname === '/cut') {
      response.writeHead(200, { 'Content-Length': 100 })
      response.write('half', () => response.destroy())
      return
    }
    if (pathname === '/moved') response.setHeader('Location', '/200')
    response.setHeader('X-Version', 2)
    response.writeHead(pathname === '/moved' ? 302 : status || 200)
    response.end(status === 204 ? undefined : '{"status":"UP"}')
  })
  server.on('upgrade', (_, socket) => {
    socket.on('end', () => socket.end()).resume()
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  service = await listen(server)
})
afterAll(() => service.close())

/** What a WebSocket client sends. */
const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
}

describe('http', () => {
  test.each<[string, string, HttpOptions]>([
    ['a 200', '/200', {}],
    ['a 204 without a body', '/204', {}],
    ['what a redirect leads to', '/moved', {}],
    ['a redirect that is expected', '/moved', { status: 302 }],
    ['a 401 that is expected', '/401', { status: 401 }],
    ['a text that the body holds', '/200', { body: '"UP"' }],
    ['a pattern that the body matches', '/200', { body: /"status":\s*"UP"/g }],
    ['HEAD', '/200', { method: 'HEAD' }],
    ['the start of a body without an end', '/endless', { body: 'xxx' }],
    ['one of several statuses', '/472', { status: [200, 472] }],
    ['a protocol that is switched to', '/socket', { status: 101, headers: UPGRADE }],
    ['a response that verify accepts', '/200', { verify: ({ body }) => JSON.parse(body).status === 'UP' }],
    ['a header that verify finds', '/200', { verify: ({ headers }) => headers['x-version'] === '2' }],
    ['a response that verify accepts later', '/204', { verify: async ({ status }) => status === 204 }],
  ])('is ok for %s', async (_what, path, options) => {
    const probe = httpProbe(at(path), options)
    expect(await askService(probe, { ttl: 0 })).toEqual(HEALTHY)
    expect(await askService(probe, { ttl: 0 })).toEqual(HEALTHY)
  })

  test.each<[string, string, HttpOptions, string]>([
    ['a 500', '/500', {}, 'answered 500, not from 200 to 299'],
    ['another status than the one expected', '/200', { status: 401 }, 'answered 200, not 401'],
    ['a body without the text', '/200', { body: 'DOWN' }, 'answered 200, but its body does not contain DOWN'],
    [
      'a body without the pattern',
      '/200',
      { body: /DOWN/ },
      'answered 200, but its body does not contain /DOWN/',
    ],
    ['none of several statuses', '/200', { status: [201, 401] }, 'answered 200, not 201 or 401'],
    [
      'a response that verify does not accept',
      '/200',
      { verify: ({ body }) => body.includes('DOWN') },
      'answered 200, but verify returned false',
    ],
    ['what verify throws', '/200', { verify: () => Promise.reject(new Error('stale')) }, 'stale'],
    ['what verify returns', '/200', { verify: () => ({ ok: false, error: 'stale' }) }, 'stale'],
    ['another protocol', '/socket', { headers: UPGRADE }, 'answered 101, not from 200 to 299'],
    ['a service that hangs', '/hang', {}, 'timed out after 500 ms'],
    ['a body that hangs', '/half', {}, 'timed out after 500 ms'],
    ['a body that is cut off', '/cut', {}, 'the server closed the connection before its answer was complete'],
    ['no response', '/closed', {}, 'the server closed the connection before it answered'],
  ])('fails for %s', async (_what, path, options, error) => {
    expect(
      await askService(httpProbe(at(path), options), { timeout: path.startsWith('/ha') ? 500 : 5000 }),
    ).toEqual({
      status: 500,
      state: 'failing',
      error,
    })
  })

  test('shows why there is no answer', async () => {
    const gone = await listen(createServer())
    await gone.close()
    const { error } = await askService(httpProbe(`http://127.0.0.1:${gone.port}/`))
    expect(error).toBe(`connect ECONNREFUSED 127.0.0.1:${gone.port}`)
    expect((await askService(httpProbe('http://nonexistent.invalid/'))).error).toContain(
      'ENOTFOUND nonexistent.invalid',
    )
  })

  test('says so of a server that speaks neither HTTP nor TLS', async () => {
    const plain = await listen(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    expect((await askService(httpProbe(`http://127.0.0.1:${plain.port}/`))).error).toBe(
      'the server does not speak HTTP on this port',
    )
    expect((await askService(httpProbe(at('/200').replace('http:', 'https:')))).error).toBe(
      'the server does not speak TLS on this port',
    )
    await plain.close()
  })

  test('sends its headers, and the name of Watchman unless they have another', async () => {
    await askService(httpProbe(at('/200'), { headers: { Authorization: 'Bearer hunter2' } }))
    expect(requests.at(-1)?.headers).toMatchObject({
      authorization: 'Bearer hunter2',
      'user-agent': 'watchman',
    })
    await askService(httpProbe(at('/200'), { headers: { 'User-Agent': 'monitor' } }))
    expect(requests.at(-1)?.headers['user-agent']).toBe('monitor')
  })

  test('shows no secret that it sends, whatever the server and verify repeat', async () => {
    const secrets = {
      Authorization: `Basic ${btoa('admin:hunter2:hunter2')}`,
      'Proxy-Authorization': 'Bearer abcdef123456',
      Cookie: 'theme=dark; session=123456abcdef',
      'X-Api-Key': 'key-key-key',
    }
    const shown = [
      btoa('admin:hunter2:hunter2'),
      'hunter2:hunter2',
      'abcdef123456',
      '123456abcdef',
      'key-key-key',
    ]
    const verify = () =>
      Promise.reject(new Error(`refused: ${shown.join(' | ')} | query-query, not text/plain`))
    const probe = httpProbe(at('/200?api_key=query-query'), {
      headers: { ...secrets, Accept: 'text/plain' },
      verify,
    })
    expect((await askService(probe)).error).toBe(
      `refused: ${'*** | '.repeat(6)}***, not text/plain`.replace(' | ***,', ','),
    )
  })

  test('adds the details that verify returns', async () => {
    const probe = httpProbe(at('/200'), {
      verify: ({ headers }) => ({ ok: true, details: { version: headers['x-version'] } }),
    })
    const { results } = await createWatchman({ checks: [services({ one: probe })] }).report()
    expect(results[0]?.details).toEqual({ version: '2' })
  })

  test('reads one MiB of a body and no more, and then closes the connection', async () => {
    const sizes: number[] = []
    const verify = ({ body }: HttpResponse) => sizes.push(body.length)
    expect(await askService(httpProbe(at('/endless'), { verify }))).toEqual(HEALTHY)
    expect(sizes).toEqual([1024 * 1024])
    await expect.poll(() => service.connections.size).toBe(0)
  })

  test('settles when its signal aborts while verify waits, and leaves no listener on it', async () => {
    const controller = new AbortController()
    const verify = () => {
      setImmediate(() => controller.abort(new Error('too late')))
      return new Promise(() => {})
    }
    await expect(httpProbe(at('/200'), { verify })(controller.signal)).rejects.toThrow('too late')
    const { signal } = new AbortController()
    await httpProbe(at('/200'), { verify: async () => true })(signal)
    for (const each of [signal, controller.signal]) {
      await expect.poll(() => getEventListeners(each, 'abort')).toEqual([])
    }
  })

  test('sends nothing once its signal has aborted', async () => {
    const before = requests.length
    const controller = new AbortController()
    const run = httpProbe(at('/hang'))(controller.signal)
    controller.abort(new Error('too late'))
    await expect(run).rejects.toThrow('too late')
    await askService(httpProbe(at('/200'))) // takes longer than a request that was sent before
    expect(requests).toHaveLength(before + 1)
    await expect.poll(() => service.connections.size).toBe(0)
  })

  test('closes its connection', async () => {
    for (const path of ['/200', '/500', '/moved', '/hang', '/half', '/socket']) {
      await askService(httpProbe(at(path), { headers: path === '/socket' ? UPGRADE : {} }), { timeout: 200 })
      await expect.poll(() => service.connections.size).toBe(0)
    }
  })

  test('reaches a server at a Unix domain socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchman-http-'))
    const socketPath = join(folder, 'app.sock')
    const hosts: unknown[] = []
    const server = createServer(({ headers, url }, response) => {
      hosts.push(headers.host)
      if (url === '/moved') response.writeHead(302, { Location: '/' })
      if (url === '/away') response.writeHead(302, { Location: at('/200') })
      response.end('UP')
    })
    await once(server.listen(socketPath), 'listening')
    for (const path of ['/', '/moved', '/away']) {
      expect(await askService(httpProbe(`http://docker${path}`, { socketPath }))).toEqual(HEALTHY)
    }
    expect(new Set(hosts)).toEqual(new Set(['docker']))
    server.close()
    await once(server, 'close')
    expect((await askService(httpProbe('http://docker/', { socketPath }))).error).toBe(
      `connect ENOENT ${socketPath}`,
    )
    await rm(folder, { recursive: true })
  })

  test.each<[string, () => unknown, string]>([
    [
      'no URL',
      () => httpProbe('payments.example'),
      'httpProbe(…) expects a URL that starts with http: or https:',
    ],
    [
      'another scheme',
      () => httpProbe('ftp://payments.example'),
      'httpProbe(…) expects a URL that starts with',
    ],
    [
      'a password',
      () => httpProbe('http://u:hunter2@payments.example'),
      'without user and password: use the option headers',
    ],
    [
      'a method in lower case',
      () => httpProbe('http://a.test', { method: 'get it' }),
      'option method of httpProbe must be an HTTP method in upper case, not a string',
    ],
    [
      'a header that HTTP does not allow',
      () => httpProbe('http://a.test', { headers: { 'a b': '' } }),
      'option headers of httpProbe: "a b" must be a name that HTTP allows',
    ],
    [
      'a header from a variable that is not set',
      () => httpProbe('http://a.test', untyped({ headers: { Authorization: undefined } })),
      'option headers of httpProbe: "Authorization" must be a string that HTTP allows, not undefined',
    ],
    [
      'a header that is not text',
      () => httpProbe('http://a.test', untyped({ headers: { 'X-Count': 5 } })),
      'option headers of httpProbe: "X-Count" must be a string that HTTP allows, not 5',
    ],
    [
      'a header with a line break',
      () => httpProbe('http://a.test', { headers: { Authorization: 'hunter2\n' } }),
      'option headers of httpProbe: "Authorization" must be a string that HTTP allows, not a string',
    ],
    [
      'headers that are not an object',
      () => httpProbe('http://a.test', untyped({ headers: ['Accept'] })),
      'option headers of httpProbe must be an object of names and values, not an array',
    ],
    [
      'a URL from a variable that is not set',
      () => httpProbe(untyped(undefined)),
      'httpProbe(…) expects a URL that starts with http: or https:',
    ],
    [
      'a list of URLs',
      () => httpProbe(untyped(['http://a.test'])),
      '(a Unix domain socket is the option socketPath), not an array',
    ],
    [
      'the URL of a Unix domain socket',
      () => httpProbe('unix:/run/app.sock'),
      '(a Unix domain socket is the option socketPath), not a string',
    ],
    [
      'no status',
      () => httpProbe('http://a.test', { status: [] }),
      'or an array of such, not an empty array',
    ],
    [
      'a status that no final response has',
      () => httpProbe('http://a.test', { status: [200, 100] }),
      'a status from 200 to 599, or 101, or an array of such, not an array',
    ],
    [
      'redirects that are not a whole number',
      () => httpProbe('http://a.test', { maxRedirects: -1 }),
      'option maxRedirects of httpProbe must be a whole number from 0, not -1',
    ],
    [
      'an empty path of a socket',
      () => httpProbe('http://a.test', { socketPath: '' }),
      'option socketPath of httpProbe must be a non-empty string, not an empty string',
    ],
    [
      'what is not an agent',
      () => httpProbe('http://a.test', untyped({ agent: { dispatch() {} } })),
      'option agent of httpProbe must be an Agent of node:http or node:https, or a function that returns one',
    ],
    [
      'verify that is not a function',
      () => httpProbe('http://a.test', untyped({ verify: '$.status' })),
      'option verify of httpProbe must be a function, not a string',
    ],
    [
      'an unknown state of a busy agent',
      () => httpProbe('http://a.test', untyped({ busy: 'ok' })),
      "option busy of httpProbe must be 'degraded' or 'failing'",
    ],
    [
      'an empty text',
      () => httpProbe('http://a.test', { body: '' }),
      'option body of httpProbe must be a non-empty string or a regular expression, not an empty string',
    ],
    [
      'an invalid status',
      () => httpProbe('http://a.test', { status: 99 }),
      'a status from 200 to 599, or 101, or an array of such, not 99',
    ],
    [
      'an unknown option',
      () => httpProbe('http://a.test', untyped({ timeout: 5 })),
      'httpProbe has no option "timeout": its options are method, headers, status, body, verify',
    ],
    [
      'a body that is not a string',
      () => httpProbe('http://a.test', untyped({ body: 5 })),
      'option body of httpProbe must be a non-empty string or a regular expression, not 5',
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
    )
    expect(make).not.toThrow('hunter2')
  })
})
