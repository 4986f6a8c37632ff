import { createWatchman, defineCheck, type WatchmanOptions } from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'
import { ask, fromJson } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { adapterRequest } from './adapter-request.ts'
import { viewPlugin } from './plugins.ts'
import { recordLog } from './record-log.ts'

afterEach(() => {
  vi.useRealTimers()
})

function endpoint(options: WatchmanOptions) {
  const runs: string[] = []
  const watchman = createWatchman({ checks: [defineCheck('x', () => ({ x: runs.push('x') }))], ...options })
  return { watchman, runs }
}

const status = async (options: WatchmanOptions, path: string, authorization?: string) => {
  const headers = new Headers(authorization === undefined ? {} : { authorization })
  return (await ask(endpoint(options).watchman, path, { headers })).status
}

/** The header that a browser sends for a user name and a password. */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

describe('tokens', () => {
  const tokens = ['first', 'sécond tökén', 'a"b', 'a:b']

  test.each([
    '/?watchman-token=first',
    '/?watchman-token=s%C3%A9cond+t%C3%B6k%C3%A9n',
    '/?watchman-token=wrong&watchman-token=first',
    '/?check=x&watchman-token=first',
    '/?watchman-token=a%22b',
  ])('accept %s', async (path) => {
    expect(await status({ tokens }, path)).toBe(200)
  })

  test.each([
    '/',
    '/?watchman-token=',
    '/?watchman-token',
    '/?watchman-token=First',
    '/?watchman-token=firs',
    '/?watchman-token=firstt',
    '/?watchman-token=firstfirst',
    '/?watchman-token=first%00',
    '/?watchman-token=first,second',
    '/?token=first',
    '/?WATCHMAN-TOKEN=first',
    '/?watchman-token=%E0%A4%A',
    '/?watchman-token=__proto__',
    '/?watchman-token[]=first',
  ])('refuse %s', async (path) => {
    expect(await status({ tokens }, path)).toBe(403)
  })

  test.each([
    'WATCHMAN-TOKEN Token="first"',
    'WATCHMAN-TOKEN Token=first',
    'watchman-token token="first"',
    'Bearer first',
    'bearer first',
    'WATCHMAN-TOKEN Token="a"b"',
    'WATCHMAN-TOKEN Foo="bar" Token="first"',
    'WATCHMAN-TOKEN Foo="bar", Token="first"',
    'WATCHMAN-TOKEN Token="first" Foo="bar"',
    'WATCHMAN-TOKEN Token=first, Foo=bar',
    'WATCHMAN-TOKEN Token="first", Token="wrong"',
    'WATCHMAN-TOKEN Token = "first"',
    'WATCHMAN-TOKEN Foo="Token=x" Token="first"',
    basic('', 'first'),
    basic('any user', 'first'),
    basic('me', 'sécond tökén'),
    basic('me', 'a:b'),
    `basic ${btoa('me:first')}`,
  ])('accept the header Authorization: %s', async (header) => {
    expect(await status({ tokens }, '/', header)).toBe(200)
  })

  test.each([
    '',
    'first',
    'Basic first',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Bearer first first',
    'Bearer first, Bearer first',
    'WATCHMAN-TOKEN first',
    'WATCHMAN-TOKEN Token=',
    'WATCHMAN-TOKEN Token=""',
    'WATCHMAN-TOKEN Token="first',
    'WATCHMAN-TOKEN Token="wrong"',
    'X WATCHMAN-TOKEN Token="first"',
    'WATCHMAN-TOKEN Foo="bar" Token="wrong"',
    'WATCHMAN-TOKEN Foo="first"',
    'WATCHMAN-TOKEN Foo="Token=first"',
    'WATCHMAN-TOKEN Foo=" Token=first "',
    'WATCHMAN-TOKEN NotToken="first"',
    'WATCHMAN-TOKEN Foo Token="first"',
    'WATCHMAN-TOKEN Foo="bar" Token="first',
    'WATCHMAN-TOKEN Foo="bar" Token="first", Bearer x',
    'WATCHMAN-TOKEN Foo="bar" Token="first", WATCHMAN-TOKEN Token="x"',
    basic('first', ''),
    basic('first', 'wrong'),
    basic('me', 'first '),
    `Basic ${btoa('first')}`,
    `Basic ${btoa('me:first')}, Basic ${btoa('me:x')}`,
    'Basic',
    'Basic ',
    'Basic %%%',
    'Basic //79',
  ])('refuse the header Authorization: %s', async (header) => {
    expect(await status({ tokens }, '/', header)).toBe(403)
  })

  test('refuse credentials of thousands of characters', async () => {
    for (const text of [
      'x'.repeat(20_000),
      `${' '.repeat(20_000)}x`,
      'first '.repeat(5000),
      '"'.repeat(20_000),
    ]) {
      expect(await status({ tokens }, `/?watchman-token=${encodeURIComponent(text)}`)).toBe(403)
      expect(await status({ tokens }, '/', `Bearer ${text}`)).toBe(403)
      expect(await status({ tokens }, '/', `WATCHMAN-TOKEN Token=${text}`)).toBe(403)
    }
    expect(await status({ tokens }, `/?${'watchman-token=x&'.repeat(5000)}`)).toBe(403)
  })

  test('may be one string, separated by commas', async () => {
    expect(await status({ tokens: 'first, second' }, '/?watchman-token=second')).toBe(200)
    expect(await status({ tokens: 'first, second' }, '/?watchman-token=first,%20second')).toBe(403)
  })

  test('are read from the parameter that tokenName names', async () => {
    const options = { tokens, tokenName: 'key' }
    expect(await status(options, '/?key=first')).toBe(200)
    expect(await status(options, '/?watchman-token=first')).toBe(403)
    expect(await status(options, '/', 'WATCHMAN-TOKEN Token="first"')).toBe(200)
  })

  test('are required before any check runs: on the root, but not on bare and ping', async () => {
    const { watchman, runs } = endpoint({ tokens })
    const { status: refused, body } = await ask(watchman)
    expect([refused, body]).toEqual([403, { error: 403, message: 'Forbidden' }])
    expect(runs).toEqual([])
    expect((await ask(watchman, '/ping')).status).toBe(200)
    expect((await ask(watchman, '/bare')).status).toBe(200)
  })

  test('stay as they were when the list that was passed is emptied later', async () => {
    const list = ['first']
    const { watchman } = endpoint({ tokens: list })
    list.length = 0
    expect((await ask(watchman)).status).toBe(403)
    expect((await ask(watchman, '/?watchman-token=first')).status).toBe(200)
  })

  test('are not required without the option, or with tokens: false', async () => {
    for (const options of [{}, { tokens: false }] as const) {
      const { lines, logger } = recordLog()
      for (const path of ['/', '/?watchman-token=x', '/bare', '/ping']) {
        expect(await status({ ...options, logger }, path)).toBe(200)
      }
      expect(lines).toEqual([])
    }
  })

  test.each([
    ['a line break at its end', ['first\n']],
    ['white space around it', ['\t first \r\n']],
    ['white space in a string', ' first ,\nsecond\n'],
    ['empty ones beside it', ['', 'first', ' ', undefined]],
    ['empty ones beside it in a string', ',first,,'],
  ])('are read without %s', async (_what, given) => {
    expect(await status({ tokens: given }, '/?watchman-token=first')).toBe(200)
    expect(await status({ tokens: given }, '/', 'Bearer first')).toBe(200)
    for (const path of ['/', '/?watchman-token=', '/?watchman-token=+', '/?watchman-token=first%0A']) {
      expect(await status({ tokens: given }, path)).toBe(403)
    }
  })
})

describe('tokens without a token', () => {
  const cases: readonly (readonly [what: string, tokens: WatchmanOptions['tokens']])[] = [
    ['undefined', undefined],
    ['an empty string', ''],
    ['white space', ' \n'],
    ['commas', ' , ,'],
    ['an empty list', []],
    ['a list of undefined', [undefined]],
    ['a list of empty strings', ['', ' \n']],
  ]

  test.each(cases)('close the protected views, and no check runs: %s', async (_what, tokens) => {
    const { watchman, runs } = endpoint({ tokens })
    for (const path of ['/', '/?watchman-token=', '/?watchman-token=undefined', '/?watchman-token=false']) {
      for (const authorization of [
        '',
        'Bearer ',
        'Bearer undefined',
        basic('x', ''),
        'WATCHMAN-TOKEN Token=""',
      ]) {
        const headers = { authorization, accept: 'text/html' }
        const { status: code, body, headers: sent } = await ask(watchman, path, { headers })
        expect([code, body]).toEqual([
          403,
          {
            error: 403,
            message:
              'No token is configured: set the option tokens, or tokens: false to open the endpoint to everyone',
          },
        ])
        expect(sent.get('www-authenticate')).toBeNull() // nobody can sign in
      }
    }
    expect(runs).toEqual([])
  })

  test.each(cases)('are logged as an error, once: %s', async (_what, tokens) => {
    const { lines, logger } = recordLog()
    const { watchman } = endpoint({ tokens, logger })
    await ask(watchman)
    await ask(watchman)
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error [watchman] No token is configured: set the option tokens, or tokens: false to open the endpoint to everyone',
    ])
  })

  test.each(cases)('leave the open views open: %s', async (_what, tokens) => {
    const plugins = [viewPlugin('livez', () => new Response('alive'), { open: true })]
    const { watchman } = endpoint({ tokens, plugins })
    for (const path of ['/bare', '/ping', '/livez']) expect((await ask(watchman, path)).status).toBe(200)
  })

  test('close the protected views of plugins too', async () => {
    const plugins = [viewPlugin('page', () => expect.unreachable('the view is rendered'))]
    expect((await ask(endpoint({ tokens: undefined, plugins }).watchman, '/page')).status).toBe(403)
  })

  test('do not matter beside authorize', async () => {
    const { lines, logger } = recordLog()
    expect(await status({ tokens: undefined, authorize: () => true, logger }, '/')).toBe(200)
    expect(lines).toEqual([])
  })

  test('are found where the options inherit them', async () => {
    expect((await ask(createWatchman(Object.create({ tokens: undefined })))).status).toBe(403)
  })
})

describe('a browser', () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  const plugins = [viewPlugin('page', () => new Response('page'))]
  const { watchman, runs } = endpoint({ tokens: 'T', plugins })

  test.each(['/', '/page', '/?watchman-token=wrong', '/page?check=x'])(
    'without a token is asked to sign in at %s, and no check runs',
    async (path) => {
      for (const method of ['GET', 'HEAD']) {
        const { status: code, headers, text } = await ask(watchman, path, { method, headers: { accept } })
        expect([code, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="watchman"'])
        expect([headers.get('content-type'), headers.get('cache-control')]).toEqual([
          'application/json',
          'no-store',
        ])
        const message = 'Sign in with any user name, and a token as the password'
        expect(text).toBe(method === 'HEAD' ? '' : JSON.stringify({ error: 401, message }))
      }
      expect(runs).toEqual([])
    },
  )

  test('is asked again where the password is wrong, and passes with the token', async () => {
    const code = async (authorization: string) =>
      (await ask(watchman, '/', { headers: { accept, authorization } })).status
    expect(await code(basic('me', 'wrong'))).toBe(401)
    expect(await code('Bearer wrong')).toBe(401)
    expect(await code(basic('me', 'T'))).toBe(200)
  })

  test.each(['', '*/*', 'application/json', 'text/plain', 'application/xhtml+xml'])(
    'is not what accepts %j: the answer is a JSON 403',
    async (type) => {
      const { status: code, headers, body } = await ask(watchman, '/', { headers: { accept: type } })
      expect([code, body, headers.get('www-authenticate')]).toEqual([
        403,
        { error: 403, message: 'Forbidden' },
        null,
      ])
    },
  )

  test('gets open views, unknown paths and other methods as everyone does', async () => {
    const code = async (path: string, method = 'GET') =>
      (await ask(watchman, path, { method, headers: { accept } })).status
    expect([await code('/bare'), await code('/ping')]).toEqual([200, 200])
    expect([await code('/nowhere'), await code('/', 'POST')]).toEqual([404, 405])
  })

  test('gets what authorize decides', async () => {
    const refused = endpoint({ authorize: () => false }).watchman
    expect((await ask(refused, '/', { headers: { accept } })).status).toBe(403)
  })
})

describe('many credentials', () => {
  const tokens = Array.from({ length: 1000 }, (_, index) => `${index}`.padStart(32, 'x'))
  const wrong = Array.from({ length: 999 }, (_, index) => `watchman-token=${index}`.padEnd(47, 'y'))
  const handle = handleOf(createWatchman({ tokens }), 'test')
  const request = (query: string, authorization?: string) =>
    handle(
      adapterRequest(`/?${query}`, {
        header: (name) => (name === 'authorization' ? authorization : undefined),
      }),
    )

  test('are all compared: one of 1000 parameters is one of 1000 tokens', async () => {
    expect((await request([...wrong, `watchman-token=${tokens[999]}`].join('&'))).status).toBe(404)
    expect((await request([...wrong, 'watchman-token=z'].join('&'))).status).toBe(403)
    expect((await request([...wrong, 'watchman-token=z'].join('&'), `Bearer ${tokens[999]}`)).status).toBe(
      404,
    )
    expect((await request([...wrong, `watchman-token=${tokens[999]}`].join('&'), 'Bearer x')).status).toBe(
      404,
    )
  })

  // It takes milliseconds; without a limit, several seconds.
  test.each([
    ['a query of a megabyte', `watchman-token=${'x'.repeat(1_000_000)}`, undefined],
    [
      'a query of 100,000 tokens',
      Array.from({ length: 100_000 }, (_, index) => `watchman-token=${`${index}`.padStart(32, 'z')}`).join(
        '&',
      ),
      undefined,
    ],
    ['a bearer token of a megabyte', '', `Bearer ${'x'.repeat(1_000_000)}`],
    ['a password of a megabyte', '', basic('x'.repeat(500_000), 'x'.repeat(500_000))],
    [
      '100,000 tokens in the header',
      '',
      `WATCHMAN-TOKEN ${Array.from({ length: 100_000 }, (_, index) => `Token=${`${index}`.padStart(32, 'z')}`).join(' ')}`,
    ],
    ['100,000 parameters in the header', '', `WATCHMAN-TOKEN ${'Token="x" '.repeat(100_000)}`],
    ['a parameter without an end', '', `WATCHMAN-TOKEN Token="${'x'.repeat(1_000_000)}`],
    ['a name without a value', '', `WATCHMAN-TOKEN ${'x'.repeat(1_000_000)}`],
    ['white space', '', `WATCHMAN-TOKEN ${' '.repeat(1_000_000)}x`],
    ['commas', '', `WATCHMAN-TOKEN ${','.repeat(1_000_000)}x`],
  ])('are refused in a short time: %s', async (_what, query, authorization) => {
    const start = process.cpuUsage()
    expect((await request(query, authorization)).status).toBe(403)
    const { user } = process.cpuUsage(start)
    expect(user / 1000).toBeLessThan(1500)
  })
})

describe('authorize', () => {
  test.each([
    ['true', () => true, 200],
    ['a promise of true', async () => true, 200],
    ['false', () => false, 403],
    ['a promise of false', async () => false, 403],
  ])('that returns %s decides on the answer', async (_what, authorize, code) => {
    expect(await status({ authorize }, '/')).toBe(code)
  })

  test.each(['null', '1', '"true"', '{}', '[true]'])('that returns %s accepts nobody', async (json) => {
    expect(await status({ authorize: () => fromJson(json) }, '/')).toBe(403)
  })

  test('replaces the tokens', async () => {
    expect(await status({ tokens: 'T', authorize: () => true }, '/')).toBe(200)
    expect(await status({ tokens: 'T', authorize: () => false }, '/?watchman-token=T')).toBe(403)
  })

  test('may answer the request itself, as with a redirect to a login', async () => {
    const { watchman, runs } = endpoint({ authorize: () => Response.redirect('http://status.test/login') })
    const { status: code, headers } = await ask(watchman)
    expect([code, headers.get('location')]).toEqual([302, 'http://status.test/login'])
    expect(runs).toEqual([])
  })

  test('is given the request', async () => {
    const authorize = ({ headers }: Request) => headers.get('x-user') === 'root'
    const { watchman } = endpoint({ authorize })
    expect((await ask(watchman, '/', { headers: { 'x-user': 'root' } })).status).toBe(200)
    expect((await ask(watchman)).status).toBe(403)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('session store: redis://:secret@cache')
      },
    ],
    ['rejects', () => Promise.reject(new Error('session store: redis://:secret@cache'))],
    ['rejects with undefined', () => Promise.reject(undefined)],
  ])('that %s is answered by a JSON 500 without details, and no check runs', async (_how, authorize) => {
    const { watchman, runs } = endpoint({ authorize })
    const { status: code, body } = await ask(watchman)
    expect([code, body]).toEqual([500, { error: 500, message: 'Internal error' }])
    expect(runs).toEqual([])
  })

  test('is called again for each request, also after it threw', async () => {
    let isDown = true
    const { lines, logger } = recordLog()
    const authorize = () => {
      if (isDown) throw new Error('session store: redis://:secret@cache')
      return true
    }
    const { watchman } = endpoint({ authorize, logger })
    expect((await ask(watchman)).status).toBe(500)
    isDown = false
    expect((await ask(watchman)).status).toBe(200)
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error [watchman] view "" failed: session store: redis://***@cache',
      'info [watchman] view "" works again',
    ])
  })

  test('is not called on bare and ping', async () => {
    const { watchman } = endpoint({ authorize: () => expect.unreachable('authorize is called') })
    expect((await ask(watchman, '/bare')).status).toBe(200)
    expect((await ask(watchman, '/ping')).status).toBe(200)
  })

  test('that never settles is answered after 5 seconds', async () => {
    vi.useFakeTimers()
    const answers: number[] = []
    const answer = status({ authorize: () => new Promise<never>(() => {}) }, '/').then((code) =>
      answers.push(code),
    )
    await vi.advanceTimersByTimeAsync(4990)
    expect(answers).toEqual([])
    await vi.advanceTimersByTimeAsync(20)
    await answer
    expect(answers).toEqual([500])
  })
})
