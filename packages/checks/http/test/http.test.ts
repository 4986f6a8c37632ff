import { createServer, type IncomingMessage } from 'node:http'
import { listen, untyped } from '@watchman/test-helpers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpOptions, httpProbe } from '../src/index.ts'
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
    if (pathname === '/endless') {
      const write = () => response.write('x'.repeat(65_536), () => setImmediate(write))
      write()
      return
    }
    if (pathname === '/cut') {
      response.writeHead(200, { 'Content-Length': 100 })
      response.write('half', () => response.destroy())
      return
    }
    if (pathname === '/moved') response.setHeader('Location', '/200')
    response.writeHead(pathname === '/moved' ? 302 : status || 200)
    response.end(status === 204 ? undefined : '{"status":"UP"}')
  })
  service = await listen(server)
})
afterAll(() => service.close())

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
    ['a service that hangs', '/hang', {}, 'timed out after 2000 ms'],
    ['a body that is cut off', '/cut', {}, 'terminated: other side closed'],
  ])('fails for %s', async (_what, path, options, error) => {
    expect(await askService(httpProbe(at(path), options), { timeout: 2000 })).toEqual({
      status: 500,
      state: 'failing',
      error,
    })
  })

  test('shows why there is no answer', async () => {
    const gone = await listen(createServer())
    await gone.close()
    const { error } = await askService(httpProbe(`http://127.0.0.1:${gone.port}/`))
    expect(error).toBe(`fetch failed: connect ECONNREFUSED 127.0.0.1:${gone.port}`)
    expect((await askService(httpProbe('http://nonexistent.invalid/'))).error).toContain(
      'ENOTFOUND nonexistent.invalid',
    )
  })

  test('sends its headers, and shows none of them', async () => {
    const probe = httpProbe(at('/500?api_key=hunter2'), { headers: { Authorization: 'Bearer hunter2' } })
    expect(JSON.stringify(await askService(probe))).not.toContain('hunter2')
    expect(requests.at(-1)?.headers.authorization).toBe('Bearer hunter2')
  })

  test('gives its connection back, and closes it at the deadline', async () => {
    for (let round = 0; round < 5; round += 1) await askService(httpProbe(at('/200')))
    expect(service.connections.size).toBeLessThanOrEqual(2)
    const before = service.connections.size
    await askService(httpProbe(at('/hang')), { timeout: 100 })
    await expect.poll(() => service.connections.size).toBeLessThanOrEqual(before)
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
      'option headers of httpProbe must be an object of names and values that HTTP allows',
    ],
    [
      'an invalid status',
      () => httpProbe('http://a.test', { status: 99 }),
      'a status from 200 to 599, not 99',
    ],
    [
      'an unknown option',
      () => httpProbe('http://a.test', untyped({ timeout: 5 })),
      'httpProbe has no option "timeout": its options are method, headers, status, body',
    ],
    [
      'a body that is not a string',
      () => httpProbe('http://a.test', untyped({ body: 5 })),
      'option body of httpProbe must be a string or a regular expression, not 5',
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
    )
    expect(make).not.toThrow('hunter2')
  })
})
