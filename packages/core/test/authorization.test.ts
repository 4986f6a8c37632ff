import { createWatchman, defineCheck, type WatchmanOptions } from '@watchman/core'
import { ask, fromJson } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
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

describe('tokens', () => {
  const tokens = ['first', 'sécond tökén', 'a"b']

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

  test('are not required where none are configured', async () => {
    expect(await status({}, '/')).toBe(200)
    expect(await status({ tokens: undefined }, '/')).toBe(200)
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
