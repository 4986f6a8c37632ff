import { EventEmitter } from 'node:events'
import { createWatchman, defineProbeCheck, type Probe, WatchmanError } from '@watchman/core'
import {
  aBoolean,
  aDelay,
  adoptPending,
  aFunction,
  aListOfNames,
  aName,
  anArray,
  anObject,
  aString,
  assertClient,
  assertOption,
  degraded,
  describeType,
  errorMessage,
  hasMembers,
  integerFrom,
  isDegraded,
  isError,
  isFunction,
  isName,
  isObject,
  isRecord,
  memberOf,
  missingErrorListenerWarning,
  namedTargets,
  numberFrom,
  type Operation,
  oneOf,
  type Rule,
  redactUrls,
  settlesLater,
  typeTag,
  validate,
  validateValue,
  withAlias,
  withProbe,
} from '@watchman/core/driver'
import { ask, fromJson, untyped } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { healthy, scripted } from './probes.ts'
import { recordLog } from './record-log.ts'
import { thrownBy } from './thrown-by.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()
afterEach(() => {
  vi.useRealTimers()
})

class Pool {
  query() {}
}

describe('validate', () => {
  interface Options {
    readonly prefix?: string | undefined
    readonly timeout?: number | undefined
    readonly port?: number | undefined
  }
  const aPort: Rule = { expected: 'a port from 1 to 65535', matches: integerFrom(1, 65_535).matches }
  const rules = { prefix: aString, timeout: aDelay, port: aPort }
  const validated = (options: Options) => validate('myProbe', options, rules)

  test('returns the options that it was given', () => {
    const options = { prefix: '', timeout: 5, port: undefined }
    expect(validated(options)).toBe(options)
    expect(validated({})).toEqual({})
  })

  test.each([
    [{ timeout: '5s' }, 'option timeout of myProbe must be a number from 1 to 2147483647, not a string'],
    [{ prefix: null }, 'option prefix of myProbe must be a string, not null'],
    [{ port: 70_000 }, 'option port of myProbe must be a port from 1 to 65535, not 70000'],
    [{ prefix: 'x', timout: 5 }, 'myProbe has no option "timout": its options are prefix, timeout, port'],
    [{ timout: undefined }, 'myProbe has no option "timout": its options are prefix, timeout, port'],
    [
      fromJson('{"__proto__":{}}'),
      'myProbe has no option "__proto__": its options are prefix, timeout, port',
    ],
    [{ toString: 'x' }, 'myProbe has no option "toString": its options are prefix, timeout, port'],
    [null, 'options of myProbe must be an object, not null'],
    [undefined, 'options of myProbe must be an object, not undefined'],
    ['prefix', 'options of myProbe must be an object, not a string'],
    [['prefix'], 'options of myProbe must be an object, not an array'],
    [() => {}, 'options of myProbe must be an object, not a function'],
    [5, 'options of myProbe must be an object, not 5'],
  ])('refuses %o', (options, message) => {
    const error = thrownBy(() => validated(untyped(options)))
    expect([error.code, error.message]).toEqual(['INVALID_OPTION', `[watchman] ${message}`])
  })

  test('never shows the value, which may be a secret', () => {
    for (const value of [
      'hunter2',
      ['hunter2'],
      { password: 'hunter2' },
      Symbol('hunter2'),
      () => 'hunter2',
    ]) {
      expect(thrownBy(() => validated({ timeout: untyped(value) })).message).not.toContain('hunter2')
    }
  })
})

describe('validateValue', () => {
  test('returns a value that is right, and refuses another', () => {
    expect(validateValue('kubernetes', 'ready', ['a'], aListOfNames)).toEqual(['a'])
    const { code, message } = thrownBy(() => validateValue('kubernetes', 'ready', 'a', aListOfNames))
    expect([code, message]).toEqual([
      'INVALID_OPTION',
      '[watchman] option ready of kubernetes must be an array of non-empty strings, not a string',
    ])
  })
})

describe('assertOption', () => {
  test('throws its message unless the condition is truthy', () => {
    for (const condition of [true, 1, 'x', {}]) expect(() => assertOption(condition, 'x')).not.toThrow()
    for (const condition of [false, 0, '', null, undefined]) {
      const error = thrownBy(() => assertOption(condition, 'option to of copy must differ from option from'))
      expect([error.code, error.message]).toEqual([
        'INVALID_OPTION',
        '[watchman] option to of copy must differ from option from',
      ])
    }
  })
})

describe('a rule', () => {
  test.each<[string, Rule, string, readonly unknown[], readonly unknown[]]>([
    ['aString', aString, 'a string', ['', 'x'], [5, null, undefined, new String('x'), ['x']]],
    ['aName', aName, 'a non-empty string', ['x', ' x'], ['', ' ', '\n', 5, null, ['x'], new String('x')]],
    ['aBoolean', aBoolean, 'true or false', [true, false], ['true', 0, 1, null, new Boolean(true)]],
    [
      'aDelay',
      aDelay,
      'a number from 1 to 2147483647',
      [1, 1.5, 2 ** 31 - 1],
      [0, 0.9, -1, 2 ** 31, Number.NaN, Infinity, '5', null, 5n],
    ],
    ['aFunction', aFunction, 'a function', [() => {}, Pool], [{}, null, 'x']],
    ['anArray', anArray, 'an array', [[], [1]], [{ length: 0 }, 'x', new Set(), null]],
    ['anObject', anObject, 'an object', [{}, new Pool(), Object.create(null)], [[], null, () => {}, 'x']],
    [
      'aListOfNames',
      aListOfNames,
      'an array of non-empty strings',
      [[], ['a', 'b']],
      ['a', [''], [' '], [5], [null], ['a', undefined], null],
    ],
    [
      'numberFrom(0)',
      numberFrom(0),
      'a number from 0',
      [0, 0.5, Infinity],
      [-0.1, Number.NaN, '0', null, [0], -Infinity],
    ],
    [
      'numberFrom(0, 1)',
      numberFrom(0, 1),
      'a number from 0 to 1',
      [0, 0.5, 1],
      [-0.1, 1.1, Number.NaN, Infinity],
    ],
    [
      'integerFrom(1)',
      integerFrom(1),
      'a whole number from 1',
      [1, 2, 1e9],
      [0, 1.5, Number.NaN, Infinity, '1', 1n],
    ],
    ['integerFrom(1, 9)', integerFrom(1, 9), 'a whole number from 1 to 9', [1, 9], [0, 10, 1.5]],
    [
      "oneOf('a', 'b')",
      oneOf('a', 'b'),
      "'a' or 'b'",
      ['a', 'b'],
      ['c', '', 'A', ['a'], null, undefined, new String('a')],
    ],
  ])('%s expects %o', (_name, { expected, matches }, text, right, wrong) => {
    expect(expected).toBe(text)
    expect(right.filter((value) => !matches(value))).toEqual([])
    expect(wrong.filter(matches)).toEqual([])
  })
})

describe('assertClient', () => {
  const expected = 'a Pool or Client of the pg package'

  test('continues if the client fits', () => {
    expect(() =>
      assertClient('pgProbe', new Pool(), expected, hasMembers(new Pool(), { query: 'function' })),
    ).not.toThrow()
  })

  test.each<[unknown, string]>([
    ['postgres://u:hunter2@h', 'a string'],
    [new URL('postgres://u:hunter2@h'), 'a URL'],
    [{ password: 'hunter2' }, 'an Object'],
    [['hunter2'], 'an array'],
    [Symbol('hunter2'), 'a symbol'],
    [undefined, 'undefined'],
    [null, 'null'],
    [() => 'hunter2', 'a function'],
    [Promise.resolve('hunter2'), 'a Promise'],
  ])('refuses %o, and says what it expects without showing the value', (client, actual) => {
    const fits = hasMembers(client, { query: 'function' })
    const { code, message } = thrownBy(() => assertClient('pgProbe', client, expected, fits))
    expect(code).toBe('INVALID_OPTION')
    expect(message).toBe(`[watchman] pgProbe(…) expects ${expected}, not ${actual}`)
    expect(message).not.toContain('hunter2')
  })
})

describe('hasMembers', () => {
  test('looks at the type of each member, also inherited ones and those of functions', () => {
    const client = Object.assign(new Pool(), { options: {}, closed: false, name: 'x', size: 3, empty: null })
    expect(hasMembers(client, { query: 'function', options: 'object', closed: 'boolean' })).toBe(true)
    expect(hasMembers(client, { name: 'string', size: 'number', options: 'any' })).toBe(true)
    expect(
      hasMembers(
        Object.assign(() => {}, { end() {} }),
        { end: 'function' },
      ),
    ).toBe(true)
    expect(hasMembers({}, {})).toBe(true)
    expect(hasMembers(client, { query: 'function', end: 'function' })).toBe(false)
    expect(hasMembers(client, { query: 'object' })).toBe(false)
    expect(hasMembers(client, { end: 'any' })).toBe(false)
  })

  test('is false for what has no members', () => {
    for (const value of [undefined, null, 'query', 5, true, Symbol('x')]) {
      expect(hasMembers(value, { query: 'function' })).toBe(false)
    }
  })
})

describe('the guards', () => {
  const values = [
    undefined,
    null,
    true,
    5,
    5n,
    '',
    ' ',
    'x',
    Symbol('x'),
    () => {},
    Pool,
    {},
    [],
    new Pool(),
    new Error('x'),
  ]
  const accepted = (guard: (value: unknown) => boolean) => values.filter(guard)

  test('distinguish objects, records, functions, names and errors', () => {
    const [fn, cls, object, array, instance, error] = values.slice(9)
    expect(accepted(isObject)).toEqual([fn, cls, object, array, instance, error])
    expect(accepted(isRecord)).toEqual([object, instance])
    expect(accepted(isFunction)).toEqual([fn, cls])
    expect(accepted(isName)).toEqual(['x'])
    expect(accepted(isError)).toEqual([error])
  })

  test('read members of objects and functions only', () => {
    expect(memberOf({ a: 1 }, 'a')).toBe(1)
    expect(
      memberOf(
        Object.assign(() => {}, { a: 1 }),
        'a',
      ),
    ).toBe(1)
    expect(memberOf('text', 'length')).toBeUndefined()
    expect(memberOf(null, 'a')).toBeUndefined()
    expect(memberOf({}, 'a')).toBeUndefined()
  })

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [5n, 'a bigint'],
    ['', 'an empty string'],
    ['hunter2', 'a string'],
    [Symbol('hunter2'), 'a symbol'],
    [() => {}, 'a function'],
    [[], 'an empty array'],
    [['hunter2'], 'an array'],
    [{ hunter2: 1 }, 'an Object'],
    [new Pool(), 'a Pool'],
    [new EventEmitter(), 'an EventEmitter'],
    [new Uint8Array(1), 'a Uint8Array'],
    [new URL('http://hunter2'), 'a URL'],
    [Object.create(null), 'an object'],
    [new (class {})(), 'an object'],
  ])('describe the type of %o and not its content', (value, description) => {
    expect(describeType(value)).toBe(description)
  })

  test('know the tag of a value, in any realm', () => {
    expect([typeTag({}), typeTag([]), typeTag(null), typeTag(new Response()), typeTag(new Map())]).toEqual([
      'Object',
      'Array',
      'Null',
      'Response',
      'Map',
    ])
  })
})

describe('errorMessage', () => {
  test('joins the messages of an error, of its causes and of the errors that it contains', () => {
    const cause = new Error('connect ECONNREFUSED', { cause: new Error('socket closed') })
    expect(errorMessage(new Error('not connected', { cause }))).toBe(
      'not connected: connect ECONNREFUSED: socket closed',
    )
    expect(errorMessage(new AggregateError([new Error('first'), new Error('second')], 'both'))).toBe(
      'both: first: second',
    )
    expect(errorMessage(new Error('the same', { cause: new Error('the same') }))).toBe('the same')
    expect(errorMessage('text')).toBe('failed with text')
    expect(errorMessage(undefined)).toBe('failed with undefined')
  })
})

describe('redactUrls', () => {
  test.each([
    ['redis://me:secret@cache.test:6379', 'redis://***@cache.test:6379'],
    [
      'cannot open "postgres://me:a/b@c@db.test/shop": timeout',
      'cannot open "postgres://***@db.test/shop": timeout',
    ],
    ['http://a:1@x.test and http://b:2@y.test', 'http://***@x.test and http://***@y.test'],
    ['mail for me@x.test', 'mail for me@x.test'],
    ['at file:///app/node_modules/@watchman/core.js', 'at file:///app/node_modules/@watchman/core.js'],
  ])('makes of %j the text %j', (text, redacted) => {
    expect(redactUrls(text)).toBe(redacted)
  })
})

describe('missingErrorListenerWarning', () => {
  test('warns for as long as there is no listener', () => {
    const emitter = new EventEmitter()
    const warning = missingErrorListenerWarning(emitter, 'pool')
    expect(warning()).toContain("the pool has no 'error' listener")
    expect(warning()).toContain("pool.on('error', …)")
    emitter.on('error', () => {})
    expect(warning()).toBeUndefined()
    emitter.removeAllListeners()
    expect(warning()).toContain('pool')
  })

  test('does not warn where listeners cannot be counted', () => {
    expect(missingErrorListenerWarning({}, 'pool')()).toBeUndefined()
  })
})

describe('degraded', () => {
  test('makes an error with a message and a cause', () => {
    const cause = new Error('lag of 40 s')
    const error = degraded('replica is behind', { cause })
    expect([isError(error), error.message, error.cause, errorMessage(error)]).toEqual([
      true,
      'replica is behind',
      cause,
      'replica is behind: lag of 40 s',
    ])
    expect('cause' in degraded('full')).toBe(false)
    expect(JSON.stringify(error)).toBe('{}')
  })

  test('degrades a target in place of failing it', async () => {
    const checks = [defineProbeCheck('databases', () => Promise.reject(degraded('pool is busy')))]
    expect((await createWatchman({ checks }).report()).results).toMatchObject([
      { state: 'degraded', error: 'pool is busy', failures: 0 },
    ])
  })

  test('is recognised by isDegraded, also as an error of another copy of the package', async () => {
    vi.resetModules()
    const other: typeof import('@watchman/core/driver') = await import('@watchman/core/driver')
    expect([isDegraded(degraded('full')), isDegraded(other.degraded('full'))]).toEqual([true, true])
    const unreadable = new Proxy(
      {},
      {
        get() {
          throw new Error('trap')
        },
      },
    )
    const wrapped = new Error('x', { cause: degraded('full') })
    for (const value of [
      new Error('full'),
      wrapped,
      { degraded: true },
      null,
      undefined,
      'full',
      unreadable,
    ]) {
      expect(isDegraded(value)).toBe(false)
    }
  })

  test('may be thrown again inside a wrapper, but not as the cause of another error', async () => {
    const busy = () => Promise.reject(degraded('pool is busy'))
    const rethrown = withProbe(busy, async (signal) => {
      try {
        await busy()
      } catch (error) {
        signal.throwIfAborted()
        throw error
      }
    })
    const wrapped = () => Promise.reject(new Error('not written', { cause: degraded('pool is busy') }))
    const checks = [defineProbeCheck('databases', { rethrown, wrapped })]
    const { results } = await createWatchman({ checks }).report()
    expect(results.map(({ state, error }) => `${state} ${error}`)).toEqual([
      'degraded pool is busy',
      'failing not written: pool is busy',
    ])
  })
})

describe('withProbe', () => {
  const setupWarning = () => 'listen'
  const secrets = () => ['hunter2']

  test('runs another function and keeps setupWarning and secrets', async () => {
    const probe: Probe = Object.assign(() => expect.unreachable('the probe runs'), { setupWarning, secrets })
    const signals: AbortSignal[] = []
    const wrapped = withProbe(probe, (signal) => signals.push(signal))
    const { signal } = new AbortController()
    expect(wrapped).not.toBe(probe)
    expect(await wrapped(signal)).toBe(1)
    expect(signals).toEqual([signal])
    expect([wrapped.setupWarning, wrapped.secrets]).toEqual([setupWarning, secrets])
  })

  test('adds neither where the probe has none', () => {
    const wrapped = withProbe(healthy, healthy)
    expect(Object.keys(wrapped)).toEqual([])
    expect(
      Object.keys(
        withProbe(
          Object.assign(async () => {}, { secrets }),
          healthy,
        ),
      ),
    ).toEqual(['secrets'])
    expect(
      Object.keys(
        withProbe(
          Object.assign(async () => {}, { setupWarning }),
          healthy,
        ),
      ),
    ).toEqual(['setupWarning'])
  })

  test('keeps them through several wrappers, and the warning is logged', async () => {
    const { messages, logger } = recordLog()
    const probe = Object.assign(async () => {}, { setupWarning, secrets })
    const wrapped = withProbe(withProbe(probe, probe), probe)
    await ask(createWatchman({ checks: [defineProbeCheck('caches', wrapped)], logger }))
    expect(messages()).toEqual(['[watchman] caches: listen'])
  })
})

describe('withAlias', () => {
  test('adds an alias before those of the options, which stay as they are', () => {
    const options = { ttl: 5, aliases: ['db'] }
    expect(withAlias('databases', options, 'acme.databases')).toEqual({
      ttl: 5,
      aliases: ['acme.databases', 'db'],
    })
    expect(options).toEqual({ ttl: 5, aliases: ['db'] })
    expect(withAlias('databases', {}, 'acme.databases')).toEqual({ aliases: ['acme.databases'] })
    expect(withAlias('databases', { aliases: undefined }, 'x')).toEqual({ aliases: ['x'] })
  })

  test.each([
    [null, 'options of databases must be an object, not null'],
    ['db', 'options of databases must be an object, not a string'],
    [['db'], 'options of databases must be an object, not an array'],
    [{ aliases: 'db' }, 'option aliases of databases must be an array of non-empty strings, not a string'],
    [{ aliases: null }, 'option aliases of databases must be an array of non-empty strings, not null'],
    [{ aliases: [''] }, 'option aliases of databases must be an array of non-empty strings, not an array'],
  ])('refuses the options %j', (options, message) => {
    const error = thrownBy(() => withAlias('databases', untyped(options), 'x'))
    expect([error.code, error.message]).toEqual(['INVALID_OPTION', `[watchman] ${message}`])
  })
})

describe('namedTargets', () => {
  test('returns targets that have names', () => {
    const targets = { default: healthy, orders: { probe: healthy, critical: false } }
    expect(namedTargets('databases', targets)).toBe(targets)
  })

  test.each([
    [healthy, 'a function'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['postgres://u:hunter2@h', 'a string'],
    [[healthy], 'an array'],
    [new Map([['default', healthy]]), 'a Map'],
  ])('refuses %o, and says how to name one', (targets, actual) => {
    const { code, message } = thrownBy(() => namedTargets('databases', untyped(targets)))
    expect([code, message]).toEqual([
      'INVALID_CHECK',
      `[watchman] databases expects named targets, not ${actual}: name each, as in databases({ default: probe })`,
    ])
  })
})

describe('settlesLater', () => {
  test('returns the error itself, with its promise', () => {
    const error = new TypeError('no space left')
    const settled = Promise.resolve()
    expect(settlesLater(error, settled)).toBe(error)
    expect(memberOf(error, 'settled')).toBe(settled)
  })

  test.each<[string, (end: () => void, fail: (error: Error) => void) => void]>([
    ['resolved', (end) => end()],
    ['rejected', (_end, fail) => fail(new Error('cleanup failed'))],
  ])('delays the next run until the promise has %s', async (_how, settle) => {
    vi.useFakeTimers()
    const cleanup: { end: () => void; fail: (error: Error) => void }[] = []
    const { probe, runs } = scripted(() => {
      const settled = new Promise<void>((end, fail) => cleanup.push({ end, fail }))
      return Promise.reject(settlesLater(new Error('no space left'), settled))
    }, healthy)
    const watchman = createWatchman({
      checks: [defineProbeCheck('storage', probe, { ttl: 0, timeout: 1000 })],
    })
    expect((await watchman.report()).state).toBe('failing')
    const next = watchman.report()
    await vi.advanceTimersByTimeAsync(500)
    expect(runs()).toBe(1)
    const [first] = cleanup
    if (first) settle(first.end, first.fail)
    expect((await next).state).toBe('ok')
    expect(runs()).toBe(2)
  })
})

describe('adoptPending', () => {
  /** Starts operations that end when the test says so. */
  function operations({
    cancellable = false,
    mayBeLost = false,
    pending = () => undefined,
  }: {
    cancellable?: boolean
    mayBeLost?: boolean
    pending?: Operation<string>['pending']
  } = {}) {
    const started: { resolve: (value: string) => void; reject: (error: Error) => void; cancelled: number }[] =
      []
    const orphaned: string[] = []
    const take = adoptPending<string>(
      () => {
        const one = { resolve: (_: string) => {}, reject: (_: Error) => {}, cancelled: 0 }
        started.push(one)
        const outcome = new Promise<string>((resolve, reject) => Object.assign(one, { resolve, reject }))
        const cancel = () => {
          one.cancelled += 1
          return cancellable
        }
        return { outcome, pending, cancel, mayBeLost: () => mayBeLost }
      },
      (value) => orphaned.push(value),
    )
    return { started, orphaned, take }
  }
  const outcomeOf = (promise: Promise<string>) =>
    promise.then(
      (value) => `resolved ${value}`,
      (error: unknown) => `rejected ${memberOf(error, 'message')}`,
    )
  const aborting = () => {
    const controller = new AbortController()
    return { signal: controller.signal, abort: () => controller.abort(new Error('timed out')) }
  }

  test('resolves or rejects with the operation', async () => {
    const { started, orphaned, take } = operations()
    const first = outcomeOf(take(aborting().signal))
    started[0]?.resolve('a')
    expect(await first).toBe('resolved a')
    const second = outcomeOf(take(aborting().signal))
    started[1]?.reject(new Error('down'))
    expect(await second).toBe('rejected down')
    expect([started.length, orphaned]).toEqual([2, []])
  })

  test('passes its signal on, and rejects with what the start throws', async () => {
    const { signal } = aborting()
    const signals: AbortSignal[] = []
    const take = adoptPending<string>(
      (given) => {
        signals.push(given)
        throw new Error('no pool')
      },
      () => {},
    )
    expect(await outcomeOf(take(signal))).toBe('rejected no pool')
    expect(signals).toEqual([signal])
    expect(await outcomeOf(take(signal))).toBe('rejected no pool')
  })

  test('starts nothing where the signal has aborted already', async () => {
    const { started, take } = operations()
    const { signal, abort } = aborting()
    abort()
    expect(await outcomeOf(take(signal))).toBe('rejected timed out')
    expect(started).toHaveLength(0)
  })

  test('rejects with the reason of the signal, or with what the operation is waiting for', async () => {
    const plain = operations()
    const first = aborting()
    const rejected = outcomeOf(plain.take(first.signal))
    first.abort()
    expect(await rejected).toBe('rejected timed out')
    const pending = (reason: unknown) => new Error('pool has no free connection', { cause: reason })
    const explaining = operations({ pending })
    const second = aborting()
    const explained = explaining.take(second.signal).catch((error: unknown) => error)
    second.abort()
    expect(await explained).toMatchObject({
      message: 'pool has no free connection',
      cause: second.signal.reason,
    })
  })

  test('lets the next run adopt an operation that cannot be cancelled', async () => {
    const { started, orphaned, take } = operations()
    for (let run = 0; run < 5; run += 1) {
      const { signal, abort } = aborting()
      const outcome = outcomeOf(take(signal))
      abort()
      expect(await outcome).toBe('rejected timed out')
    }
    expect(started).toHaveLength(1)
    expect(started[0]?.cancelled).toBe(5)
    const adopting = outcomeOf(take(aborting().signal))
    started[0]?.resolve('late')
    expect(await adopting).toBe('resolved late')
    expect(orphaned).toEqual([])
    const next = outcomeOf(take(aborting().signal))
    started[1]?.resolve('new')
    expect(await next).toBe('resolved new')
  })

  test('abandons an operation that may be lost after one run, the next after two, and so on until one resolves', async () => {
    const { started, orphaned, take } = operations({ mayBeLost: true })
    const giveUp = async () => {
      const { signal, abort } = aborting()
      const outcome = outcomeOf(take(signal))
      abort()
      await outcome
      return started.length
    }
    const counts: number[] = []
    for (let run = 0; run < 200; run += 1) counts.push(await giveUp())
    const runsPerOperation = (operation: number) => counts.filter((count) => count === operation).length
    expect([1, 2, 3, 4, 5, 6, 7].map(runsPerOperation)).toEqual([1, 2, 4, 8, 16, 32, 64])
    started[0]?.resolve('late')
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(orphaned).toEqual(['late'])
    const before = started.length
    for (let run = 0; run < 64; run += 1) await giveUp() // the one that is waited for may have had fewer
    expect(started.length).toBeGreaterThan(before + 2)
  })

  test('lets the next run adopt a failure, too', async () => {
    const { started, take } = operations()
    const { signal, abort } = aborting()
    const outcome = outcomeOf(take(signal))
    abort()
    await outcome
    const adopting = outcomeOf(take(aborting().signal))
    started[0]?.reject(new Error('down'))
    expect(await adopting).toBe('rejected down')
  })

  test('gives a value that no run waits for to onOrphaned, and ignores such a failure', async () => {
    const { started, orphaned, take } = operations()
    for (const settle of [() => started[0]?.resolve('late'), () => started[1]?.reject(new Error('down'))]) {
      const { signal, abort } = aborting()
      const outcome = outcomeOf(take(signal))
      abort()
      await outcome
      settle()
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
    expect(orphaned).toEqual(['late'])
    const next = outcomeOf(take(aborting().signal))
    expect(started).toHaveLength(3) // what has settled is not adopted
    started[2]?.resolve('new')
    expect(await next).toBe('resolved new')
  })

  test('starts a new operation after one that was cancelled, whose late value is orphaned', async () => {
    const { started, orphaned, take } = operations({ cancellable: true })
    const { signal, abort } = aborting()
    const outcome = outcomeOf(take(signal))
    abort()
    await outcome
    const next = outcomeOf(take(aborting().signal))
    expect(started.map(({ cancelled }) => cancelled)).toEqual([1, 0])
    started[0]?.resolve('late')
    started[1]?.resolve('new')
    expect(await next).toBe('resolved new')
    expect(orphaned).toEqual(['late'])
  })

  test('survives an onOrphaned that throws', async () => {
    const resolvers: ((value: string) => void)[] = []
    const take = adoptPending<string>(
      () => ({ outcome: new Promise((resolve) => resolvers.push(resolve)), pending: () => undefined }),
      () => {
        throw new Error('cannot release')
      },
    )
    const { signal, abort } = aborting()
    const outcome = outcomeOf(take(signal))
    abort()
    await outcome
    resolvers[0]?.('late')
    await new Promise((resolve) => setTimeout(resolve, 0))
    const next = outcomeOf(take(aborting().signal))
    resolvers[1]?.('new')
    expect(await next).toBe('resolved new')
  })

  test('lets two runs at the same time have an operation each', async () => {
    const { started, take } = operations()
    const both = [outcomeOf(take(aborting().signal)), outcomeOf(take(aborting().signal))]
    started[1]?.resolve('b')
    started[0]?.resolve('a')
    expect(await Promise.all(both)).toEqual(['resolved a', 'resolved b'])
  })

  test('leaves no listener on the signal', async () => {
    const { started, take } = operations()
    const { signal } = aborting()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    const outcome = outcomeOf(take(signal))
    started[0]?.resolve('a')
    await outcome
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    )
  })
})

describe('a WatchmanError', () => {
  test('has a code, a name, a message with its origin, and a cause', () => {
    const cause = new Error('x')
    const error = new WatchmanError('INVALID_CHECK', 'a check has no name', { cause })
    expect(isError(error)).toBe(true)
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      'WatchmanError',
      'INVALID_CHECK',
      '[watchman] a check has no name',
      cause,
    ])
  })
})
