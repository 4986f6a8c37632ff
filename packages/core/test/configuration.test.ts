import { createWatchman, defineCheck, defineProbeCheck, WatchmanError } from '@watchman/core'
import { describe, expect, test } from 'vitest'

const up = async () => {}
/** A value as a caller without types hands it in. */
const untyped = (json: string) => JSON.parse(json)

function failureOf(action: () => unknown): { readonly code: string; readonly message: string } {
  try {
    action()
  } catch (error) {
    if (error instanceof WatchmanError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('createWatchman refuses', () => {
  test.each([
    ['checks', '"databases"', 'a list'],
    ['checks', '{}', 'a list'],
    ['checks', 'null', 'a list'],
    ['views', '"dashboard"', 'a list'],
    ['tokens', '""', 'empty'],
    ['tokens', '" "', 'empty'],
    ['tokens', '","', 'empty'],
    ['tokens', '"a,,b"', 'empty'],
    ['tokens', '[]', 'empty'],
    ['tokens', '["a",""]', 'empty'],
    ['tokens', '[" "]', 'empty'],
    ['tokens', '[5]', 'empty'],
    ['tokens', '5', 'empty'],
    ['tokens', 'null', 'empty'],
    ['tokens', 'true', 'empty'],
    ['tokenName', '""', 'a name'],
    ['tokenName', '"check"', 'other than check and skip'],
    ['tokenName', '"skip"', 'other than check and skip'],
    ['tokenName', '5', 'a name'],
    ['authorize', 'true', 'a function'],
    ['errorCode', '0', 'from 200 to 599'],
    ['errorCode', '199', 'from 200 to 599'],
    ['errorCode', '600', 'from 200 to 599'],
    ['errorCode', '204', 'with a body'],
    ['errorCode', '304', 'with a body'],
    ['errorCode', '500.5', 'from 200 to 599'],
    ['errorCode', '"500"', 'from 200 to 599'],
    ['errorCode', 'null', 'from 200 to 599'],
    ['exposeVersion', '"false"', 'true or false'],
    ['stacktraces', '1', 'true or false'],
    ['details', '"some"', 'full or none'],
    ['details', 'true', 'full or none'],
    ['deadline', '0', 'from 1 to'],
    ['deadline', '-1', 'from 1 to'],
    ['deadline', '"5s"', 'from 1 to'],
    ['deadline', '2147483648', 'from 1 to 2147483647'],
    ['logger', '{}', 'info, warn and error'],
    ['logger', 'null', 'info, warn and error'],
  ])('%s: %s, and says what is right', (name, json, right) => {
    const { code, message } = failureOf(() => createWatchman({ [name]: untyped(json) }))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toContain(`[watchman] option ${name} of createWatchman must be `)
    expect(message).toContain(right)
  })

  test.each(['token', 'check', 'timeout', '__proto__', 'constructor', 'toString'])(
    'an option called %s',
    (name) => {
      const { code, message } = failureOf(() => createWatchman(untyped(`{"${name}":"x"}`)))
      expect(code).toBe('INVALID_OPTION')
      expect(message).toContain(`option ${name} of createWatchman must be one of checks,views,tokens`)
    },
  )

  test('a check without a name, by its place', () => {
    for (const check of [
      () => ({}),
      untyped('{}'),
      untyped('null'),
      untyped('"databases"'),
      untyped('{"name":""}'),
    ]) {
      const { code, message } = failureOf(() =>
        createWatchman({ checks: [defineProbeCheck('a', up), defineProbeCheck('b', up), check] }),
      )
      expect(code).toBe('INVALID_CHECK')
      expect(message).toBe("[watchman] checks[2] has no name: wrap it in defineCheck('name', fn)")
    }
  })

  test('a check without a function', () => {
    const { code, message } = failureOf(() => createWatchman({ checks: [untyped('{"name":"x"}')] }))
    expect([code, message]).toEqual([
      'INVALID_CHECK',
      "[watchman] checks[0] has no function: wrap it in defineCheck('name', fn)",
    ])
  })

  test('a policy that cannot work in a check made by hand', () => {
    const check = { name: 'x', run: () => ({}), timeout: -5 }
    expect(failureOf(() => createWatchman({ checks: [check] })).message).toBe(
      '[watchman] option timeout of x must be from 1 to 2147483647',
    )
  })

  test('two checks of one name or alias', () => {
    const pairs = [
      [defineProbeCheck('a', up), defineProbeCheck('a', up)],
      [defineProbeCheck('a', up), defineProbeCheck('b', up, { aliases: ['a'] })],
      [defineProbeCheck('a', up, { aliases: ['c'] }), defineProbeCheck('b', up, { aliases: ['c'] })],
      [defineProbeCheck('a', up, { aliases: ['a'] })],
    ]
    for (const checks of pairs) {
      const { code, message } = failureOf(() => createWatchman({ checks }))
      expect(code).toBe('DUPLICATE_NAME')
      expect(message).toMatch(/^\[watchman\] two checks have the name "[ac]"$/)
    }
  })

  test('a view without a path or a function, and two of one path', () => {
    const render = () => new Response()
    expect(failureOf(() => createWatchman({ views: [untyped('null')] })).message).toContain(
      'views[0] has no ',
    )
    expect(failureOf(() => createWatchman({ views: [untyped('{"path":"x"}')] })).message).toBe(
      '[watchman] views[0] has no function: a view has a path and render',
    )
    expect(failureOf(() => createWatchman({ views: [{ ...untyped('{}'), render }] })).message).toBe(
      '[watchman] views[0] has no name: a view has a path and render',
    )
    for (const path of ['/', 'ping', '/bare/', 'own']) {
      const { code, message } = failureOf(() =>
        createWatchman({
          views: [
            { path: 'own', render },
            { path, render },
          ],
        }),
      )
      expect(code).toBe('DUPLICATE_NAME')
      expect(message).toContain('two views have the name')
    }
  })

  test('options that are no object', () => {
    for (const options of ['null', '5', '"x"', '[]']) {
      expect(failureOf(() => createWatchman(untyped(options))).code).toBe('INVALID_OPTION')
    }
  })
})

describe('defineCheck and defineProbeCheck refuse', () => {
  test.each([
    ['no name', () => defineCheck('', () => ({})), 'INVALID_CHECK', 'a check has no name'],
    ['a blank name', () => defineCheck(' ', () => ({})), 'INVALID_CHECK', 'a check has no name'],
    [
      'a name that is no string',
      () => defineCheck(untyped('5'), () => ({})),
      'INVALID_CHECK',
      'a check has no name',
    ],
    ['no function', () => defineCheck('x', untyped('{}')), 'INVALID_CHECK', 'a check has no function'],
    [
      'a timeout of 0',
      () => defineCheck('x', () => ({}), { timeout: 0 }),
      'INVALID_OPTION',
      'option timeout of x',
    ],
    [
      'a timeout that is no number',
      () => defineCheck('x', () => ({}), { timeout: Number.NaN }),
      'INVALID_OPTION',
      'option timeout of x',
    ],
    ['a negative ttl', () => defineCheck('x', () => ({}), { ttl: -1 }), 'INVALID_OPTION', 'option ttl of x'],
    [
      'an interval of 0',
      () => defineCheck('x', () => ({}), { interval: 0 }),
      'INVALID_OPTION',
      'option interval of x must be from 1 to',
    ],
    [
      'a half failure',
      () => defineCheck('x', () => ({}), { failAfter: 1.5 }),
      'INVALID_OPTION',
      'option failAfter of x must be a whole number from 1',
    ],
    [
      'a word for critical',
      () => defineCheck('x', () => ({}), untyped('{"critical":"no"}')),
      'INVALID_OPTION',
      'option critical of x must be true or false',
    ],
    [
      'an unknown policy',
      () => defineCheck('x', () => ({}), untyped('{"timout":5}')),
      'INVALID_OPTION',
      'option timout of x must be one of',
    ],
    [
      'aliases that are no list',
      () => defineCheck('x', () => ({}), untyped('{"aliases":"y"}')),
      'INVALID_OPTION',
      'option aliases of x',
    ],
    [
      'an empty alias',
      () => defineCheck('x', () => ({}), { aliases: [''] }),
      'INVALID_OPTION',
      'option aliases of x',
    ],
    ['no targets', () => defineProbeCheck('databases', {}), 'INVALID_CHECK', 'databases has no target'],
    [
      'a list of targets',
      () => defineProbeCheck('databases', untyped('[]')),
      'INVALID_CHECK',
      'databases has no target',
    ],
    [
      'targets that are nothing',
      () => defineProbeCheck('databases', untyped('null')),
      'INVALID_CHECK',
      'databases has no target',
    ],
    [
      'a target without a name',
      () => defineProbeCheck('databases', { '': up }),
      'INVALID_CHECK',
      'databases. has no name',
    ],
    [
      'a target that is no function',
      () => defineProbeCheck('databases', untyped('{"main":"postgres://u:p@h"}')),
      'INVALID_CHECK',
      'databases.main has no function: a target is a probe',
    ],
    [
      'a probe with a negative timeout',
      () => defineProbeCheck('databases', { a: up }, { timeout: -1 }),
      'INVALID_OPTION',
      'option timeout of databases',
    ],
  ])('%s', (_what, action, code, message) => {
    const failure = failureOf(action)
    expect(failure.code).toBe(code)
    expect(failure.message).toContain(message)
    expect(failure.message).not.toContain('u:p')
  })
})

describe('what works', () => {
  test.each(['__proto__', 'constructor', 'größe 1', 'a.b', '1', 'toString'])(
    'a check and a target called %s',
    async (name) => {
      const own = createWatchman({
        checks: [
          defineProbeCheck(name, { [name]: up }),
          defineCheck(`${name}2`, () => untyped(`{"${name}2":{"${name}":1}}`)),
        ],
      })
      const { json, status } = await own.run(
        new Request(`http://localhost/?check=${encodeURIComponent(name)}`),
      )
      expect(status).toBe(200)
      expect(json).toBe(`{"${name}":[{"${name}":{"ok":true}}]}`)
      expect((await own.run()).json).toContain(`"${name}2":{"${name}":1}`)
    },
  )

  test('an endpoint without checks, which finds none', async () => {
    const { status, body } = await createWatchman().run()
    expect([status, body]).toEqual([404, { error: 404, message: 'No checks found' }])
  })

  test('options are not written to', () => {
    const frozen = Object.freeze({
      checks: Object.freeze([defineProbeCheck('a', Object.freeze({ y: up, x: up }))]),
      tokens: Object.freeze(['T']),
    })
    expect(() => createWatchman(frozen)).not.toThrow()
  })
})
