import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { ask, fromJson, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { healthy } from './probes.ts'
import { thrownBy } from './thrown-by.ts'

class Pool {}

describe('createWatchman refuses', () => {
  const aList = 'an array'
  const tokens = 'an array of strings, a string of tokens separated by commas, or false'
  const aTokenName = 'a non-empty string other than check and skip, without white space around it'
  const aStatus = 'an HTTP status from 200 to 599 that allows a body'
  const aDelay = 'a number from 1 to 2147483647'
  const aLogger = 'an object with the methods error, warn, and info or log'
  const aDetail = "'full' or 'none'"

  test.each([
    ['checks', '"databases"', aList, 'a string'],
    ['checks', '{}', aList, 'an Object'],
    ['checks', 'null', aList, 'null'],
    ['plugins', '"dashboard"', aList, 'a string'],
    ['plugins', '{"name":"dashboard"}', aList, 'an Object'],
    ['plugins', 'null', aList, 'null'],
    ['defaults', '"5s"', 'an object', 'a string'],
    ['defaults', '[]', 'an object', 'an empty array'],
    ['defaults', 'null', 'an object', 'null'],
    ['tokens', '[5]', tokens, 'an array'],
    ['tokens', '[["a"]]', tokens, 'an array'],
    ['tokens', '[false]', tokens, 'an array'],
    ['tokens', '[null]', tokens, 'an array'],
    ['tokens', '5', tokens, '5'],
    ['tokens', 'null', tokens, 'null'],
    ['tokens', 'true', tokens, 'true'],
    ['tokens', '{"0":"T"}', tokens, 'an Object'],
    ['tokenName', '""', aTokenName, 'an empty string'],
    ['tokenName', '"check"', aTokenName, 'a string'],
    ['tokenName', '"skip"', aTokenName, 'a string'],
    ['tokenName', '"key\\n"', aTokenName, 'a string'],
    ['tokenName', '" key"', aTokenName, 'a string'],
    ['tokenName', '5', aTokenName, '5'],
    ['tokenName', '["key"]', aTokenName, 'an array'],
    ['tokenName', 'null', aTokenName, 'null'],
    ['authorize', 'true', 'a function', 'true'],
    ['authorize', 'null', 'a function', 'null'],
    ['authorize', '"yes"', 'a function', 'a string'],
    ...['failingStatus', 'degradedStatus'].flatMap((name) => [
      [name, '0', aStatus, '0'],
      [name, '199', aStatus, '199'],
      [name, '600', aStatus, '600'],
      [name, '204', aStatus, '204'],
      [name, '205', aStatus, '205'],
      [name, '304', aStatus, '304'],
      [name, '500.5', aStatus, '500.5'],
      [name, '"500"', aStatus, 'a string'],
      [name, '[500]', aStatus, 'an array'],
      [name, 'null', aStatus, 'null'],
    ]),
    ['exposeVersion', '"false"', 'true or false', 'a string'],
    ['exposeVersion', 'null', 'true or false', 'null'],
    ['stacktraces', '1', 'true or false', '1'],
    ['stacktraces', '[true]', 'true or false', 'an array'],
    ['details', '"some"', aDetail, 'a string'],
    ['details', 'true', aDetail, 'true'],
    ['details', '["none"]', aDetail, 'an array'],
    ['details', '["full"]', aDetail, 'an array'],
    ['details', 'null', aDetail, 'null'],
    ['deadline', '0', aDelay, '0'],
    ['deadline', '-1', aDelay, '-1'],
    ['deadline', '"5s"', aDelay, 'a string'],
    ['deadline', '"5000"', aDelay, 'a string'],
    ['deadline', '[5000]', aDelay, 'an array'],
    ['deadline', '2147483648', aDelay, '2147483648'],
    ['deadline', 'null', aDelay, 'null'],
    ['logger', '{}', aLogger, 'an Object'],
    ['logger', '{"info":true,"warn":true,"error":true}', aLogger, 'an Object'],
    ['logger', '[]', aLogger, 'an empty array'],
    ['logger', 'null', aLogger, 'null'],
    ['logger', 'true', aLogger, 'true'],
  ])('option %s: %s, from JSON, and says what is right', (name = '', json = '', expected, actual) => {
    const { code, message } = thrownBy(() => createWatchman({ [name]: fromJson(json) }))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toBe(`[watchman] option ${name} of createWatchman must be ${expected}, not ${actual}`)
  })

  const loggerWithout = { info() {}, warn() {} }
  test.each<[name: string, value: unknown, expected: string, actual: string]>([
    ['checks', new Set(), aList, 'a Set'],
    ['checks', () => [], aList, 'a function'],
    ['plugins', new Map(), aList, 'a Map'],
    ['defaults', () => ({}), 'an object', 'a function'],
    ['tokens', new Set(['T']), tokens, 'a Set'],
    ['tokens', Symbol('T'), tokens, 'a symbol'],
    ['tokenName', new String('key'), aTokenName, 'a String'],
    ['authorize', {}, 'a function', 'an Object'],
    ['failingStatus', Number.NaN, aStatus, 'NaN'],
    ['failingStatus', 503n, aStatus, 'a bigint'],
    ['degradedStatus', Number.POSITIVE_INFINITY, aStatus, 'Infinity'],
    ['exposeVersion', new Boolean(false), 'true or false', 'a Boolean'],
    ['stacktraces', () => true, 'true or false', 'a function'],
    ['details', new String('none'), aDetail, 'a String'],
    ['deadline', Number.NaN, aDelay, 'NaN'],
    ['deadline', Number.POSITIVE_INFINITY, aDelay, 'Infinity'],
    ['deadline', new Date(5000), aDelay, 'a Date'],
    ['logger', new Pool(), aLogger, 'a Pool'],
    ['logger', loggerWithout, aLogger, 'an Object'],
    ['logger', Object.create(null), aLogger, 'an object'],
  ])('option %s: %o, from JavaScript, and says what is right', (name, value, expected, actual) => {
    const { code, message } = thrownBy(() => createWatchman({ [name]: untyped(value) }))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toBe(`[watchman] option ${name} of createWatchman must be ${expected}, not ${actual}`)
  })

  test.each([
    'token',
    'check',
    'timeout',
    'views',
    'errorCode',
    'observe',
    '__proto__',
    'constructor',
    'toString',
  ])('an unknown option called %s', (name) => {
    const { code, message } = thrownBy(() => createWatchman(fromJson(`{"${name}":"x"}`)))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toBe(
      `[watchman] createWatchman has no option "${name}": its options are checks, plugins, defaults, tokens, ` +
        'tokenName, authorize, failingStatus, degradedStatus, exposeVersion, details, stacktraces, deadline, maxSize, logger',
    )
  })

  test.each(['null', '5', '"x"', '[]', 'true'])('options that are %s in place of an object', (json) => {
    const { code, message } = thrownBy(() => createWatchman(fromJson(json)))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toContain('[watchman] options of createWatchman must be an object, not ')
  })

  test.each([
    ['a function without a name', () => ({}), "has no name: pass one, as in defineCheck('name', fn)"],
    ['an empty object', {}, "has no name: pass one, as in defineCheck('name', fn)"],
    ['an empty name', { name: '', run: () => ({}) }, "has no name: pass one, as in defineCheck('name', fn)"],
    ['null', null, 'must be a check or a named function, not null'],
    ['undefined', undefined, 'must be a check or a named function, not undefined'],
    ['a string', 'databases', 'must be a check or a named function, not a string'],
    ['an array', [healthy], 'must be a check or a named function, not an array'],
  ])('%s in place of a check, and says at which index', (_what, check, message) => {
    const checks = [defineProbeCheck('a', healthy), defineProbeCheck('b', healthy), untyped(check)]
    const error = thrownBy(() => createWatchman({ checks }))
    expect([error.code, error.message]).toEqual(['INVALID_CHECK', `[watchman] checks[2] ${message}`])
  })

  test('a check without a function or targets', () => {
    const { code, message } = thrownBy(() => createWatchman({ checks: [fromJson('{"name":"x"}')] }))
    expect([code, message]).toEqual([
      'INVALID_CHECK',
      "[watchman] x has no function: pass one, as in defineCheck('x', fn)",
    ])
  })

  test('a check with both a function and targets', () => {
    const check = untyped({ name: 'x', run: () => ({}), targets: { default: healthy } })
    const { code, message } = thrownBy(() => createWatchman({ checks: [check] }))
    expect([code, message]).toEqual([
      'INVALID_CHECK',
      '[watchman] x has both run and targets: pass one of them',
    ])
  })

  test('a policy that cannot work in a check that is written by hand', () => {
    const byFunction = { name: 'x', run: () => ({}), timeout: -5 }
    const byProbe = { name: 'x', targets: { main: { probe: healthy, timeout: -5 } } }
    expect(thrownBy(() => createWatchman({ checks: [byFunction] })).message).toBe(
      '[watchman] option timeout of x must be a number from 1 to 2147483647, not -5',
    )
    expect(thrownBy(() => createWatchman({ checks: [byProbe] })).message).toBe(
      '[watchman] option timeout of x.main must be a number from 1 to 2147483647, not -5',
    )
  })

  test('two checks with the same name or alias', () => {
    const pairs = [
      [defineProbeCheck('a', healthy), defineProbeCheck('a', healthy)],
      [defineProbeCheck('a', healthy), defineProbeCheck('b', healthy, { aliases: ['a'] })],
      [
        defineProbeCheck('a', healthy, { aliases: ['c'] }),
        defineProbeCheck('b', healthy, { aliases: ['c'] }),
      ],
      [defineProbeCheck('a', healthy, { aliases: ['a'] })],
    ]
    for (const checks of pairs) {
      const { code, message } = thrownBy(() => createWatchman({ checks }))
      expect(code).toBe('DUPLICATE_NAME')
      expect(message).toMatch(/^\[watchman\] two checks have the name "[ac]"$/)
    }
  })
})

describe('the defaults refuse', () => {
  test.each([
    ['timeout', 0, 'a number from 1 to 2147483647'],
    ['ttl', -1, 'a number from 0'],
    ['failureTtl', null, 'a number from 0'],
    ['interval', '10s', 'a number from 1 to 2147483647'],
    ['critical', 'no', 'true or false'],
    ['failureThreshold', 1.5, 'a whole number from 1'],
    ['successThreshold', 0, 'a whole number from 1'],
    ['slowAfter', [100], 'a number from 0'],
  ])('%s: %j', (name, value, expected) => {
    const { code, message } = thrownBy(() => createWatchman({ defaults: { [name]: untyped(value) } }))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toContain(`[watchman] option ${name} of defaults must be ${expected}, not `)
  })

  test.each(['dependsOn', 'failAfter', 'aliases', 'name', 'probe', '__proto__'])('an option %s', (name) => {
    const { code, message } = thrownBy(() => createWatchman({ defaults: fromJson(`{"${name}":"x"}`) }))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toBe(
      `[watchman] defaults has no option "${name}": its options are timeout, ttl, failureTtl, interval, critical, ` +
        'failureThreshold, successThreshold, slowAfter',
    )
  })
})

describe('defineCheck refuses', () => {
  const run = () => ({})

  test.each([
    ['an empty name', ''],
    ['a blank name', ' '],
    ['a number', 5],
    ['null', null],
    ['an array', ['x']],
  ])('%s as its name', (_what, name) => {
    const { code, message } = thrownBy(() => defineCheck(untyped(name), run))
    expect(code).toBe('INVALID_CHECK')
    expect(message).toBe("[watchman] a check has no name: pass one, as in defineCheck('name', fn)")
  })

  test.each([
    ['an object', {}],
    ['null', null],
    ['nothing', undefined],
    ['a URL', 'postgres://u:p@h'],
  ])('%s in place of its function', (_what, value) => {
    const { code, message } = thrownBy(() => defineCheck('x', untyped(value)))
    expect(code).toBe('INVALID_CHECK')
    expect(message).toContain('function')
    expect(message).not.toContain('u:p')
  })

  test.each([
    ['timeout', 0, 'a number from 1 to 2147483647, not 0'],
    ['timeout', Number.NaN, 'a number from 1 to 2147483647, not NaN'],
    ['timeout', Number.POSITIVE_INFINITY, 'a number from 1 to 2147483647, not Infinity'],
    ['timeout', '5s', 'a number from 1 to 2147483647, not a string'],
    ['timeout', null, 'a number from 1 to 2147483647, not null'],
    ['ttl', -1, 'a number from 0, not -1'],
    ['ttl', Number.NaN, 'a number from 0, not NaN'],
    ['ttl', true, 'a number from 0, not true'],
    ['failureTtl', -0.1, 'a number from 0, not -0.1'],
    ['failureTtl', '0', 'a number from 0, not a string'],
    ['interval', 0, 'a number from 1 to 2147483647, not 0'],
    ['interval', 2 ** 31, 'a number from 1 to 2147483647, not 2147483648'],
    ['critical', 'no', 'true or false, not a string'],
    ['critical', 0, 'true or false, not 0'],
    ['failureThreshold', 1.5, 'a whole number from 1, not 1.5'],
    ['failureThreshold', 0, 'a whole number from 1, not 0'],
    ['failureThreshold', '3', 'a whole number from 1, not a string'],
    ['failureThreshold', Number.POSITIVE_INFINITY, 'a whole number from 1, not Infinity'],
    ['successThreshold', 0, 'a whole number from 1, not 0'],
    ['successThreshold', 2.5, 'a whole number from 1, not 2.5'],
    ['slowAfter', -1, 'a number from 0, not -1'],
    ['slowAfter', Number.NaN, 'a number from 0, not NaN'],
    ['dependsOn', '', 'a non-empty string, not an empty string'],
    ['dependsOn', ['databases.default'], 'a non-empty string, not an array'],
    ['dependsOn', null, 'a non-empty string, not null'],
    ['aliases', 'y', 'an array of non-empty strings, not a string'],
    ['aliases', [''], 'an array of non-empty strings, not an array'],
    ['aliases', [5], 'an array of non-empty strings, not an array'],
    ['aliases', null, 'an array of non-empty strings, not null'],
  ])('option %s: %j', (name, value, expected) => {
    const options = { [name]: untyped(value) }
    for (const define of [
      () => defineCheck('x', run, options),
      () => defineProbeCheck('x', healthy, options),
    ]) {
      const { code, message } = thrownBy(define)
      expect([code, message]).toEqual([
        'INVALID_OPTION',
        `[watchman] option ${name} of x must be ${expected}`,
      ])
    }
  })

  test.each(['timout', 'failAfter', 'name', 'run', 'targets', 'constructor', '__proto__'])(
    'an unknown option called %s',
    (name) => {
      const options = fromJson(`{"${name}":5}`)
      for (const define of [
        () => defineCheck('x', run, options),
        () => defineProbeCheck('x', healthy, options),
      ]) {
        const { code, message } = thrownBy(define)
        expect(code).toBe('INVALID_OPTION')
        expect(message).toContain(`[watchman] x has no option "${name}": its options are timeout, ttl, `)
      }
    },
  )

  test.each(['null', '5', 'true', '[]', '"timeout"'])('options that are %s in place of an object', (json) => {
    const options = fromJson(json)
    for (const define of [
      () => defineCheck('x', run, options),
      () => defineProbeCheck('x', healthy, options),
    ]) {
      const { code, message } = thrownBy(define)
      expect(code).toBe('INVALID_OPTION')
      expect(message).toContain('[watchman] options of x must be an object, not ')
    }
  })
})

describe('defineProbeCheck refuses', () => {
  const expects = 'databases expects a probe or named targets, as in { default: probe }, not '

  test.each([
    ['an object without targets', {}, 'databases has no target: name one, as in { default: probe }'],
    ['an empty array', [], `${expects}an empty array`],
    ['an array of probes', [healthy], `${expects}an array`],
    ['null', null, `${expects}null`],
    ['a URL', 'postgres://u:p@h', `${expects}a string`],
    ['a promise of a probe', Promise.resolve(healthy), `${expects}a Promise`],
    ['a Map of targets', new Map([['main', healthy]]), `${expects}a Map`],
  ])('%s in place of its targets', (_what, targets, message) => {
    const error = thrownBy(() => defineProbeCheck('databases', untyped(targets)))
    expect([error.code, error.message]).toEqual(['INVALID_CHECK', `[watchman] ${message}`])
  })

  test('the same in a check that is written by hand', () => {
    const checks = [fromJson('{"name":"databases","targets":null}')]
    const { code, message } = thrownBy(() => createWatchman({ checks }))
    expect([code, message]).toEqual(['INVALID_CHECK', `[watchman] ${expects}null`])
  })

  test.each(['', ' '])('a target with the name %j', (name) => {
    const { code, message } = thrownBy(() => defineProbeCheck('databases', { [name]: healthy }))
    expect([code, message]).toEqual(['INVALID_CHECK', '[watchman] a target of databases has an empty name'])
  })

  test.each([
    ['a URL', 'postgres://u:p@h', 'a string'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a client', new Pool(), 'a Pool'],
    ['a policy without a probe', { critical: false }, 'an Object'],
    ['a policy whose probe is null', { probe: null }, 'an Object'],
    ['a policy whose probe is a URL', { probe: 'postgres://u:p@h' }, 'an Object'],
    ['an array', [healthy], 'an array'],
  ])('%s in place of a target', (_what, target, actual) => {
    const { code, message } = thrownBy(() => defineProbeCheck('databases', { main: untyped(target) }))
    expect([code, message]).toEqual([
      'INVALID_CHECK',
      `[watchman] databases.main must be a probe or { probe, …policy }, not ${actual}`,
    ])
  })

  test.each([
    ['timeout', -1, 'a number from 1 to 2147483647, not -1'],
    ['timeout', null, 'a number from 1 to 2147483647, not null'],
    ['ttl', '1s', 'a number from 0, not a string'],
    ['failureTtl', Number.NaN, 'a number from 0, not NaN'],
    ['interval', 0.5, 'a number from 1 to 2147483647, not 0.5'],
    ['critical', 'false', 'true or false, not a string'],
    ['failureThreshold', 0, 'a whole number from 1, not 0'],
    ['successThreshold', 1.5, 'a whole number from 1, not 1.5'],
    ['slowAfter', {}, 'a number from 0, not an Object'],
    ['dependsOn', 5, 'a non-empty string, not 5'],
  ])('option %s: %j in the policy of a target', (name, value, expected) => {
    const main = { probe: healthy, [name]: untyped(value) }
    const { code, message } = thrownBy(() => defineProbeCheck('databases', { main }))
    expect([code, message]).toEqual([
      'INVALID_OPTION',
      `[watchman] option ${name} of databases.main must be ${expected}`,
    ])
  })

  test.each(['timout', 'failAfter', 'aliases', 'name', 'run'])(
    'an option %s in the policy of a target',
    (name) => {
      const main = { probe: healthy, ...fromJson(`{"${name}":5}`) }
      const { code, message } = thrownBy(() => defineProbeCheck('databases', { main }))
      expect(code).toBe('INVALID_OPTION')
      expect(message).toBe(
        `[watchman] databases.main has no option "${name}": its options are timeout, ttl, failureTtl, interval, ` +
          'critical, failureThreshold, successThreshold, slowAfter, dependsOn',
      )
    },
  )
})

describe('a configuration that works', () => {
  test.each(['__proto__', 'constructor', 'größe 1', 'a.b', '1', 'toString'])(
    'may have a check and a target called %s',
    async (name) => {
      const watchman = createWatchman({
        checks: [
          defineProbeCheck(name, Object.fromEntries([[name, healthy]])),
          defineCheck(`${name}2`, () => fromJson(`{"${name}2":{"${name}":1}}`)),
        ],
      })
      const { status, text } = await ask(watchman, `/?check=${encodeURIComponent(name)}`)
      expect(status).toBe(200)
      expect(text).toBe(`{"${name}":[{"${name}":{"ok":true}}]}`)
      expect((await ask(watchman)).text).toContain(`"${name}2":{"${name}":1}`)
    },
  )

  test('may have no checks, and finds none', async () => {
    const { state, results, body } = await createWatchman().report()
    expect([state, results, body]).toEqual(['failing', [], { error: 404, message: 'No checks found' }])
    expect(await ask(createWatchman())).toMatchObject({ status: 404, body })
  })

  test('may have options that are undefined, which count as absent except for the tokens', async () => {
    const main = { probe: healthy, timeout: undefined, critical: undefined, dependsOn: undefined }
    const check = defineProbeCheck('a', { main }, { timeout: undefined, aliases: undefined })
    const defaults = { timeout: undefined, failureThreshold: undefined }
    const options = { checks: [check], plugins: undefined, authorize: undefined, defaults }
    expect((await ask(createWatchman(options))).status).toBe(200)
    expect((await ask(createWatchman({ ...options, tokens: undefined }))).status).toBe(403)
  })

  test('may have a token that UTF-8 cannot encode', () => {
    expect(() => createWatchman({ tokens: ['a\ud800b'] })).not.toThrow()
  })

  test('may be frozen: nothing is written to it', () => {
    const frozen = Object.freeze({
      checks: Object.freeze([
        Object.freeze(
          defineProbeCheck('a', Object.freeze({ y: healthy, x: Object.freeze({ probe: healthy }) })),
        ),
      ]),
      plugins: Object.freeze([Object.freeze({ name: 'none', setup() {} })]),
      defaults: Object.freeze({ timeout: 1000 }),
      tokens: Object.freeze(['T']),
    })
    expect(() => createWatchman(frozen)).not.toThrow()
  })

  test('takes a setting from the target, then from its check, then from the defaults', async () => {
    const down = () => Promise.reject(new Error('down'))
    const watchman = createWatchman({
      defaults: { critical: false },
      checks: [
        defineProbeCheck(
          'databases',
          { own: { probe: down, critical: false }, none: down },
          { critical: true },
        ),
        defineProbeCheck('caches', { own: { probe: down, critical: true }, none: down }),
        defineProbeCheck('email', down),
        defineCheck('queue', down, { critical: true }),
        defineCheck('search', down),
      ],
    })
    const { results } = await watchman.report()
    expect(results.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'databases.none failing',
      'databases.own degraded',
      'caches.none degraded',
      'caches.own failing',
      'email degraded',
      'queue failing',
      'search degraded',
    ])
  })

  test('takes each setting on its own, so that a target with a timeout keeps the ttl of its check', async () => {
    const runs: unknown[] = []
    const probe = () => runs.push(1)
    const check = defineProbeCheck(
      'databases',
      { a: { probe, timeout: 50, ttl: undefined } },
      { ttl: 60_000 },
    )
    const watchman = createWatchman({ checks: [check], defaults: { ttl: 0, timeout: 10 } })
    await watchman.report()
    await watchman.report()
    expect(runs).toHaveLength(1)
  })

  test('makes plain data of checks, without adding functions', () => {
    const targets = { b: healthy, a: { probe: healthy, critical: false } }
    expect(defineProbeCheck('databases', targets, { timeout: 50, aliases: ['db'] })).toEqual({
      name: 'databases',
      targets,
      timeout: 50,
      aliases: ['db'],
    })
    const run = () => ({})
    expect(defineCheck('own', run, { ttl: 5 })).toEqual({ name: 'own', run, ttl: 5 })
    expect(memberOf(defineProbeCheck('email', healthy), 'targets')).toBe(healthy)
  })
})
