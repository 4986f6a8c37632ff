import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  isWatchmanError,
  type Watchman,
  WatchmanError,
} from '@watchman/core'
import {
  type AdapterRequest,
  type Handle,
  handleOf,
  pathBelow,
  pathBelowRoute,
  splitTarget,
  type TextResponse,
  textResponse,
  toResponse,
} from '@watchman/core/adapter'
import { ask, untyped } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { adapterRequest, bodyOf } from './adapter-request.ts'
import { viewPlugin } from './plugins.ts'
import { failing, healthy } from './probes.ts'
import { thrownBy } from './thrown-by.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** The text response of a handle. Fails where it answers with a `Response`. */
async function textOf(handle: Handle, request: AdapterRequest): Promise<TextResponse> {
  const response = await handle(request)
  if (!('kind' in response)) throw new Error('the handle answered with a Response')
  return response
}

const statusOf = async (handle: Handle, target: string, given?: Partial<AdapterRequest>) =>
  (await handle(adapterRequest(target, given))).status

const checks = [defineCheck('own', () => ({ fine: true }), { ttl: 60_000 })]

describe('handleOf', () => {
  test('accepts a watchman and its status, bare and ping', async () => {
    const watchman = createWatchman({ checks })
    const answers = await Promise.all(
      [watchman, watchman.status, watchman.bare, watchman.ping].map((endpoint) =>
        textOf(handleOf(endpoint, 'myHandler'), adapterRequest('/')),
      ),
    )
    expect(answers.map(({ status, body }) => `${status} ${body}`)).toEqual([
      '200 {"fine":true}',
      '200 {"fine":true}',
      '200 ',
      '200 pong',
    ])
  })

  test('answers at any path for status, bare and ping, and by the path for a watchman', async () => {
    const watchman = createWatchman({ checks })
    for (const endpoint of [watchman.status, watchman.bare, watchman.ping]) {
      expect(await statusOf(handleOf(endpoint, 'myHandler'), '/any/path')).toBe(200)
    }
    expect(await statusOf(handleOf(watchman, 'myHandler'), '/any/path')).toBe(404)
  })

  test.each<[string, (watchman: Watchman) => unknown, string]>([
    ['nothing', () => undefined, 'undefined'],
    ['null', () => null, 'null'],
    ['a URL with a password', () => 'http://u:hunter2@h', 'a string'],
    ['an object', () => ({}), 'an Object'],
    ['an object with fetch', () => ({ fetch: async () => new Response() }), 'an Object'],
    ['a function', () => async () => new Response(), 'a function'],
    ['watchman.fetch, which has no mount', ({ fetch }) => fetch, 'a function'],
    ['watchman.report', ({ report }) => report, 'a function'],
    ['the options of a watchman', () => ({ checks: [] }), 'an Object'],
  ])('refuses %s, and names who expects a watchman', (_what, endpointOf, actual) => {
    const endpoint = untyped(endpointOf(createWatchman()))
    const { code, message } = thrownBy(() => handleOf(endpoint, 'expressHandler'))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toBe(
      '[watchman] expressHandler expects a watchman or one of its functions such as watchman.bare, ' +
        `not ${actual}`,
    )
  })
})

describe('a handle', () => {
  test('answers as watchman.fetch does, with every built-in view and every error', async () => {
    const open = createWatchman({ checks, exposeVersion: true })
    const protectedByToken = createWatchman({ checks, tokens: 'secret' })
    const closed = createWatchman({ checks })
    await closed.close()
    for (const watchman of [open, protectedByToken, closed]) {
      const handle = handleOf(watchman, 'test')
      for (const path of ['/', '/bare', '/ping', '/nowhere', '/?check=own&check=x', '/?check=x']) {
        for (const method of ['GET', 'PUT']) {
          const text = await textOf(handle, adapterRequest(path, { method }))
          const expected = await ask(watchman, path, { method })
          expect([path, method, text.status]).toEqual([path, method, expected.status])
          expect([text.kind, text.body]).toEqual(['text', expected.text])
          const headers = Object.fromEntries(expected.headers)
          expect(text.headers).toEqual(headers)
        }
      }
    }
  })

  test('has header names in lower case', async () => {
    const handle = handleOf(createWatchman({ checks, exposeVersion: true }), 'test')
    for (const path of ['/', '/bare', '/ping', '/nowhere', '/?check=x']) {
      const names = Object.keys((await textOf(handle, adapterRequest(path))).headers)
      expect(names).toEqual(names.map((name) => name.toLowerCase()))
    }
  })

  test('returns the same object for as long as the report is reused, and another one then', async () => {
    vi.useFakeTimers()
    const check = defineCheck('short', () => ({ ok: true }), { ttl: 30 })
    const watchman = createWatchman({ checks: [check], tokens: 'T' })
    for (const endpoint of [watchman, watchman.status, watchman.bare]) {
      const handle = handleOf(endpoint, 'test')
      const request = adapterRequest('/?watchman-token=T')
      const first = await handle(request)
      await vi.advanceTimersByTimeAsync(29)
      expect(await handle(request)).toBe(first)
      await vi.advanceTimersByTimeAsync(1)
      expect(await handle(request)).not.toBe(first)
    }
  })

  test('returns the same object for ping and for each error', async () => {
    const handle = handleOf(createWatchman({ checks, tokens: 'T' }), 'test')
    for (const [path, method] of [
      ['/ping', 'GET'],
      ['/nowhere', 'GET'],
      ['/', 'GET'],
      ['/', 'PUT'],
    ] as const) {
      const request = adapterRequest(path, { method })
      expect(await handle(request)).toBe(await handle(request))
    }
  })

  test('returns for HEAD what it returns for GET', async () => {
    const handle = handleOf(createWatchman({ checks }), 'test')
    const get = await textOf(handle, adapterRequest('/'))
    expect(await handle(adapterRequest('/', { method: 'HEAD' }))).toBe(get)
    expect(get.body).toBe('{"fine":true}')
  })

  test('uses the query that the adapter passes, and makes no request for text', async () => {
    const probes = ['a', 'b'].map((name) => defineProbeCheck(name, healthy))
    const handle = handleOf(createWatchman({ checks: probes, tokens: 'T' }), 'test')
    const request = () => expect.unreachable('the request is made')
    const given = { request }
    expect((await textOf(handle, adapterRequest('/?watchman-token=T&check=b', given))).body).toBe(
      '{"b":{"ok":true}}',
    )
    expect(await statusOf(handle, '/', given)).toBe(403)
    expect(await statusOf(handle, '/ping', given)).toBe(200)
    expect(await statusOf(handle, '/bare', given)).toBe(200)
    expect(await statusOf(handle, '/nowhere', given)).toBe(404)
    expect(await statusOf(handle, '/', { ...given, method: 'PUT' })).toBe(405)
  })

  test('reads the token from the header by its name in lower case', async () => {
    const handle = handleOf(createWatchman({ checks, tokens: 'T' }), 'test')
    const header = (name: string) => (name === 'authorization' ? 'Bearer T' : undefined)
    expect(await statusOf(handle, '/', { header })).toBe(200)
    const joined = (name: string) => (name === 'authorization' ? 'Bearer T, Bearer x' : undefined)
    expect(await statusOf(handle, '/', { header: joined })).toBe(403)
  })

  test('makes the request once, for functions, authorize and plugin views', async () => {
    const made: string[] = []
    const seen: string[] = []
    const own = ['a', 'b'].map((name) =>
      defineCheck(name, ({ url }) => {
        seen.push(url)
        return { [name]: 1 }
      }),
    )
    const page = viewPlugin('page', async ({ request, selected }) => {
      await selected.report()
      return new Response(request.url)
    })
    const watchman = createWatchman({ checks: own, plugins: [page] })
    const given = {
      request: () => {
        made.push('made')
        return new Request('http://status.test/mounted/page')
      },
    }
    const response = await handleOf(watchman, 'test')(adapterRequest('/page', given))
    expect(await bodyOf(response)).toBe('http://status.test/mounted/page')
    expect(made).toHaveLength(1)
    expect(seen).toEqual(['http://status.test/mounted/page', 'http://status.test/mounted/page'])
    await handleOf(watchman.status, 'test')(adapterRequest('/', given))
    expect(made).toHaveLength(2)
  })

  test('returns the Response of a plugin view, and of authorize', async () => {
    const page = viewPlugin('page', () => new Response('page', { status: 201 }))
    const response = await handleOf(createWatchman({ plugins: [page] }), 'test')(adapterRequest('/page'))
    expect('kind' in response).toBe(false)
    expect([response.status, await bodyOf(response)]).toEqual([201, 'page'])
    const authorize = () => Response.redirect('http://status.test/login')
    const redirect = await handleOf(createWatchman({ authorize }), 'test')(adapterRequest('/'))
    expect([redirect.status, 'kind' in redirect]).toEqual([302, false])
  })

  test.each<[string, Partial<AdapterRequest>]>([
    [
      'throws in request()',
      {
        request: () => {
          throw new Error('no URL')
        },
      },
    ],
    [
      'throws in header()',
      {
        header: () => {
          throw new Error('no headers')
        },
      },
    ],
  ])('never rejects, also where the adapter %s', async (_how, given) => {
    const own = defineCheck('own', ({ url }) => ({ url }))
    const page = viewPlugin('page', () => new Response('page'), { open: true })
    for (const endpoint of [
      createWatchman({ checks: [own], plugins: [page], tokens: 'T' }),
      createWatchman({ checks: [own], plugins: [page] }),
    ]) {
      for (const path of ['/', '/page', '/bare', '/ping', '/nowhere']) {
        const { status } = await handleOf(endpoint, 'test')(adapterRequest(path, given))
        expect([200, 403, 404, 500]).toContain(status)
      }
    }
  })

  test('works with a request that is an instance of a class', async () => {
    class OwnRequest implements AdapterRequest {
      readonly method = 'GET'
      readonly search = ''
      constructor(readonly path: string) {}
      header(name: string) {
        return this.path !== '' && name === 'authorization' ? 'Bearer T' : undefined
      }
      request() {
        return new Request(`http://status.test${this.path}`)
      }
    }
    const page = viewPlugin('page', async ({ authorized }) => new Response(`${await authorized()}`), {
      open: true,
    })
    const echo = defineCheck('echo', ({ url }) => ({ url }))
    const handle = handleOf(createWatchman({ checks: [echo], plugins: [page], tokens: 'T' }), 'test')
    expect(await bodyOf(await handle(new OwnRequest('/')))).toBe('{"url":"http://status.test/"}')
    expect(await bodyOf(await handle(new OwnRequest('/page')))).toBe('true')
  })
})

describe('the path of an adapter request', () => {
  const page = viewPlugin('page', () => new Response('page'))
  const handle = handleOf(createWatchman({ checks, plugins: [page] }), 'test')

  test.each(['', '/', '/ping', '/ping/', 'ping', '/bare', '/page', '/page/'])('%j is found', async (path) => {
    expect((await handle({ ...adapterRequest('/'), path })).status).toBe(200)
  })

  test.each([
    '//',
    '///',
    '//ping',
    '/ping//',
    '/./ping',
    '/../ping',
    '/x/../ping',
    '/.',
    '/..',
    '/ping/.',
    '/ping/..',
    '/%70ing',
    '/p%69ng',
    '/%2e/ping',
    '/ping%2f',
    '/ping%00',
    '/ping\0',
    '/ping\\',
    '/ping;v=1',
    '/ping?',
    '/PING',
    '/ping ',
    ' /ping',
    '/ping\n',
    '/page/x',
    '/pagex',
    'http://status.test/ping',
    '*',
  ])('%j is not found: it is compared as it was sent', async (path) => {
    expect((await handle({ ...adapterRequest('/'), path })).status).toBe(404)
  })
})

describe('two copies of the package', () => {
  /** Loads a second copy, as an app has it where two versions are installed. */
  async function secondCopy() {
    vi.resetModules()
    const core: typeof import('@watchman/core') = await import('@watchman/core')
    const adapter: typeof import('@watchman/core/adapter') = await import('@watchman/core/adapter')
    expect(core.createWatchman).not.toBe(createWatchman)
    expect(adapter.handleOf).not.toBe(handleOf)
    return { ...core, ...adapter }
  }

  test('can mount a watchman and its views of the other', async () => {
    const other = await secondCopy()
    const own = createWatchman({ checks })
    const foreign = other.createWatchman({ checks })
    for (const [mount, watchman] of [
      [handleOf, foreign],
      [other.handleOf, own],
    ] as const) {
      for (const endpoint of [watchman, watchman.status]) {
        expect(await bodyOf(await mount(endpoint, 'test')(adapterRequest('/')))).toBe('{"fine":true}')
      }
      expect(await bodyOf(await mount(watchman.ping, 'test')(adapterRequest('/')))).toBe('pong')
    }
  })

  test('recognise the errors of each other', async () => {
    const other = await secondCopy()
    expect(other.WatchmanError).not.toBe(WatchmanError)
    for (const [make, isRecognised] of [
      [other.createWatchman, isWatchmanError],
      [createWatchman, other.isWatchmanError],
    ] as const) {
      const error = thrownBy(() => make({ deadline: 0 }))
      expect(isRecognised(error)).toBe(true)
      expect(error.code).toBe('INVALID_OPTION')
    }
  })

  test('recognise nothing else as an error of theirs', async () => {
    const other = await secondCopy()
    const imitation = Object.assign(new Error('[watchman] x'), {
      name: 'WatchmanError',
      code: 'INVALID_OPTION',
    })
    for (const value of [imitation, new Error('x'), {}, null, undefined, 'x', () => {}]) {
      expect([isWatchmanError(value), other.isWatchmanError(value)]).toEqual([false, false])
    }
  })

  test('pass on the error of a plugin that was made with the other', async () => {
    const other = await secondCopy()
    const setup = () => {
      throw new other.WatchmanError('UNSUPPORTED_VERSION', 'prom-client 13 is too old')
    }
    const { code, message } = thrownBy(() => createWatchman({ plugins: [{ name: 'metrics', setup }] }))
    expect([code, message]).toEqual(['UNSUPPORTED_VERSION', '[watchman] prom-client 13 is too old'])
  })

  test('share checks, which are plain data', async () => {
    const other = await secondCopy()
    const check = other.defineProbeCheck('email', failing)
    expect((await createWatchman({ checks: [check] }).report()).body).toEqual({
      email: { ok: false, error: 'down' },
    })
  })
})

describe('textResponse', () => {
  test.each([
    [403, 'Forbidden'],
    [404, 'Not found'],
    [405, 'Method not allowed'],
    [500, 'Internal error'],
    [503, 'Closed'],
  ] as const)('%i is the JSON error that the endpoint sends', (status, message) => {
    expect(textResponse(status)).toEqual({
      kind: 'text',
      status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        allow: 'GET, HEAD',
      },
      body: JSON.stringify({ error: status, message }),
    })
  })

  test('is what a handle answers', async () => {
    const handle = handleOf(createWatchman({ checks, tokens: 'T' }), 'test')
    expect(await handle(adapterRequest('/nowhere'))).toEqual(textResponse(404))
    expect(await handle(adapterRequest('/'))).toEqual(textResponse(403))
    expect(await handle(adapterRequest('/', { method: 'POST' }))).toEqual(textResponse(405))
  })
})

describe('toResponse', () => {
  const text: TextResponse = {
    kind: 'text',
    status: 503,
    headers: { 'content-type': 'text/plain', a: '1' },
    body: 'x',
  }

  test.each([
    ['GET', 'x'],
    ['HEAD', ''],
  ])('makes a Response of text for %s', async (method, body) => {
    const response = toResponse(text, method)
    expect([response.status, await response.text()]).toEqual([503, body])
    expect(Object.fromEntries(response.headers)).toEqual(text.headers)
  })

  test('adds no content type where the text is empty', () => {
    for (const method of ['GET', 'HEAD']) {
      const response = toResponse({ kind: 'text', status: 200, headers: { a: '1' }, body: '' }, method)
      expect(Object.fromEntries(response.headers)).toEqual({ a: '1' })
      expect(response.body).toBeNull()
    }
  })

  test('returns a Response as it is', () => {
    const response = new Response('page')
    expect(toResponse(response, 'GET')).toBe(response)
  })
})

describe('splitTarget', () => {
  test.each([
    ['/', '/', ''],
    ['/a/b', '/a/b', ''],
    ['/a?b=1&c=2', '/a', '?b=1&c=2'],
    ['/a?', '/a', '?'],
    ['/a??b', '/a', '??b'],
    ['/a?b#c', '/a', '?b'],
    ['/a#b?c', '/a', ''],
    ['?a', '', '?a'],
    ['', '', ''],
    ['/%2e%2E/a%zz', '/%2e%2E/a%zz', ''],
    ['/a/../b//c/.', '/a/../b//c/.', ''],
    ['/a\\b', '/a\\b', ''],
    ['//evil.example/ping', '//evil.example/ping', ''],
    ['http://status.test/a?b', '/a', '?b'],
    ['HTTPS://u@status.test:8443/a', '/a', ''],
    ['http://status.test', '', ''],
    ['http://status.test?a', '', '?a'],
    ['/http://status.test/a', '/http://status.test/a', ''],
    ['http://[::1]:80/a', '/a', ''],
    ['http://a;/b', 'http://a;/b', ''],
    ['http://a\\b/c', 'http://a\\b/c', ''],
    ['http://a:b/c', 'http://a:b/c', ''],
    ['http:///a/b?c', 'http:///a/b', '?c'],
    ['ftp://status.test/a', 'ftp://status.test/a', ''],
  ])('%j has the path %j and the query %j, as they were sent', (target, path, search) => {
    expect(splitTarget(target)).toEqual({ path, search })
  })
})

describe('pathBelow', () => {
  test.each([
    ['/watchman', '/watchman', ''],
    ['/watchman/', '/watchman', '/'],
    ['/watchman/ping', '/watchman', '/ping'],
    ['/watchman/ping?x=/y', '/watchman', '/ping'],
    ['/watchman?x', '/watchman', ''],
    ['/watchman//ping', '/watchman', '//ping'],
    ['/watchman/../ping', '/watchman', '/../ping'],
    ['/watchman/%70ing', '/watchman', '/%70ing'],
    ['http://status.test/watchman/ping', '/watchman', '/ping'],
    ['/ping', '', '/ping'],
    ['/a/b/ping', '/a/b', '/ping'],
  ])('of %j below %j is %j', (target, prefix, below) => {
    expect(pathBelow(target, prefix)).toBe(below)
  })

  test.each([
    ['/watchmen', '/watchman'],
    ['/watchman2/ping', '/watchman'],
    ['/Watchman/ping', '/watchman'],
    ['/%77atchman/ping', '/watchman'],
    ['//watchman/ping', '/watchman'],
    ['/./watchman/ping', '/watchman'],
    ['/x/../watchman/ping', '/watchman'],
    ['/x\\..\\watchman/ping', '/watchman'],
    ['/', '/watchman'],
    ['http://watchman/ping', '/watchman'],
    ['/?/watchman/ping', '/watchman'],
  ])('of %j is undefined outside %j', (target, prefix) => {
    expect(pathBelow(target, prefix)).toBeUndefined()
  })
})

describe('pathBelowRoute', () => {
  test.each([
    ['/watchman', '/watchman', ''],
    ['/watchman/', '/watchman', '/'],
    ['/watchman/ping?x', '/watchman/', '/ping'],
    ['/watchman//ping', '/watchman', '//ping'],
    ['/watchman/%70ing', '/watchman', '/%70ing'],
    ['/acme/v1/watchman/ping', '/:tenant/v:version/watchman', '/ping'],
    ['/any/watchman/a/b', '/*/watchman', '/a/b'],
    ['/gr%C3%B6%C3%9Fe/ping', '/größe', '/ping'],
    ['http://status.test/watchman/ping', '/watchman', '/ping'],
    ['http://status.test', '', ''],
    ['/ping', '', '/ping'],
    ['/ping', '/', '/ping'],
  ])('of %j below %j is %j', (target, route, below) => {
    expect(pathBelowRoute(target, route)).toBe(below)
  })

  test.each([
    ['/w%61tchman/ping', '/watchman'],
    ['/Watchman/ping', '/watchman'],
    ['//watchman/ping', '/watchman'],
    ['/watchman;x/ping', '/watchman'],
    ['/acme', '/:tenant/watchman'],
    ['/acme/v1/w%61tchman/ping', '/:tenant/v:version/watchman'],
    ['http://status.test?/watchman/ping', '/watchman'],
    ['http://a;/watchman/ping', '/watchman'],
    ['http://a;/ping', ''],
  ])('of %j is undefined outside %j', (target, route) => {
    expect(pathBelowRoute(target, route)).toBeUndefined()
  })
})
