import { inherits } from 'node:util'
import { runInNewContext } from 'node:vm'
import { createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { recordLog } from './record-log.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()

/** The status and body where a function returns `value`. */
async function answerOf(value: unknown, options = {}) {
  const checks = [defineCheck('own', () => untyped(value))]
  const { status, body } = await ask(createWatchman({ checks, ...options }))
  return { status, body }
}

/** The status and body where a probe does this, as a single one, a named one, and one with a policy. */
async function answersOf(probe: Probe, options = {}) {
  const checks = [
    defineProbeCheck('single', probe),
    defineProbeCheck('named', { main: probe }),
    defineProbeCheck('policed', { main: { probe, timeout: 1000 } }),
  ]
  const { status, body } = await ask(createWatchman({ checks, ...options }))
  return { status, body }
}
const answers = (summary: unknown) => ({
  single: summary,
  named: [{ main: summary }],
  policed: [{ main: summary }],
})

const failed = (error: unknown) => ({ ok: false, error })

/** Errors that `instanceof Error` or `Object.prototype.toString` does not recognise, or that JSON shows as something else. */
function unusualErrors(): readonly (readonly [what: string, error: unknown])[] {
  class TaggedError extends Error {
    get [Symbol.toStringTag]() {
      return 'DatabaseError'
    }
  }
  class ApiError extends Error {
    toJSON() {
      return { message: this.message, ok: true }
    }
  }
  function OldError(this: { message: string }, message: string) {
    this.message = message
  }
  inherits(OldError, Error)
  return [
    ['with toJSON', Object.assign(new Error('down'), { toJSON: () => ({ message: 'down' }) })],
    ['of a class with toJSON', new ApiError('down')],
    [
      'whose toJSON throws',
      Object.assign(new Error('down'), {
        toJSON: () => {
          throw new Error('toJSON')
        },
      }),
    ],
    ['whose toJSON returns undefined', Object.assign(new Error('down'), { toJSON: () => undefined })],
    ['with a tag of its class', new TaggedError('down')],
    ['with its own tag', Object.assign(new Error('down'), { [Symbol.toStringTag]: 'Object' })],
    [
      'that only inherits from Error.prototype',
      Object.assign(Object.create(Error.prototype), { message: 'down' }),
    ],
    ['of old-style inheritance', Reflect.construct(OldError, ['down'])],
    ['that inherits from an instance', Object.create(new Error('down'))],
    ['of another realm', runInNewContext("new Error('down')")],
    [
      'of another realm with toJSON',
      runInNewContext("Object.assign(new TypeError('down'), { toJSON: () => ({}) })"),
    ],
    ['of a class of another realm', runInNewContext("new (class Own extends Error {})('down')")],
    [
      'of another realm with its own tag',
      runInNewContext("Object.assign(new Error('down'), { [Symbol.toStringTag]: 'Own' })"),
    ],
    ['that is a DOMException', new DOMException('down', 'NetworkError')],
    ['that is frozen', Object.freeze(new Error('down'))],
    ['behind a proxy', new Proxy(new Error('down'), {})],
    ['with ok: true', Object.assign(new Error('down'), { ok: true, status: 200 })],
  ]
}

describe('an error', () => {
  describe.each(unusualErrors())('%s', (_what, error) => {
    test('fails a probe that throws it, in every kind of check', async () => {
      expect(await answersOf(() => Promise.reject(error))).toEqual({
        status: 500,
        body: answers(failed('down')),
      })
    })

    test('fails a probe that resolves to it', async () => {
      expect(await answersOf(async () => error)).toEqual({ status: 500, body: answers(failed('down')) })
    })

    test('fails a function that throws or returns it', async () => {
      const checks = [
        defineCheck('thrown', () => Promise.reject(error)),
        defineCheck('returned', () => untyped(error)),
      ]
      const { status, body } = await ask(createWatchman({ checks }))
      expect([status, body]).toEqual([500, { thrown: failed('down'), returned: failed('down') }])
    })

    test('is a failure anywhere in the object of a function', async () => {
      const value = { at: error, list: [1, error], deep: { er: error }, flat: { ok: false, error, size: 3 } }
      expect(await answerOf(value)).toEqual({
        status: 500,
        body: {
          at: failed('down'),
          list: [1, failed('down')],
          deep: { er: failed('down') },
          flat: { ok: false, error: 'down', size: 3 },
        },
      })
    })

    test("shows nothing of itself under details: 'none'", async () => {
      const options = { details: 'none' }
      expect(await answersOf(() => Promise.reject(error), options)).toEqual({
        status: 500,
        body: answers({ ok: false }),
      })
      expect(await answerOf({ at: error }, options)).toEqual({ status: 500, body: { at: { ok: false } } })
    })

    test('is logged with its message', async () => {
      const { messages, logger } = recordLog()
      await ask(createWatchman({ checks: [defineProbeCheck('email', () => Promise.reject(error))], logger }))
      expect(messages()).toEqual(['[watchman] email failed: down'])
    })
  })

  test('without a message is shown by its code or name', async () => {
    const own = Object.assign(new Error(''), { code: 'ECONNREFUSED' })
    expect(await answerOf({ a: Object.create(Error.prototype), b: new TypeError(''), c: own })).toEqual({
      status: 500,
      body: { a: failed('Error'), b: failed('TypeError'), c: failed('ECONNREFUSED') },
    })
  })

  test('is not what merely looks like one', async () => {
    const value = { like: { name: 'Error', message: 'x', stack: 'y' } }
    expect(await answerOf(value)).toEqual({ status: 200, body: value })
  })
})

describe('a probe that resolves to', () => {
  const notOk = 'resolved to { ok: false }'

  test.each<[string, unknown, unknown]>([
    ['false', false, failed('resolved to false')],
    ['{ ok: false }', { ok: false }, failed(notOk)],
    ['{ ok: false, error }', { ok: false, error: 'too long' }, failed('too long')],
    ['{ ok: false, error } with an error', { ok: false, error: new Error('too long') }, failed('too long')],
    [
      '{ ok: false, details }',
      { ok: false, details: { lag: 40 } },
      { ...failed(notOk), details: { lag: 40 } },
    ],
    ['ok: new Boolean(false)', { ok: new Boolean(false) }, failed(notOk)],
    [
      'an object of a class with ok: false',
      new (class Reply {
        readonly ok = false
      })(),
      failed(notOk),
    ],
    [
      'an object whose class has a getter ok',
      new (class Reply {
        get ok() {
          return false
        }
      })(),
      failed(notOk),
    ],
    ['a Response with the status 503', new Response('', { status: 503 }), failed(notOk)],
    [
      'an object without a prototype with ok: false',
      Object.assign(Object.create(null), { ok: false }),
      failed(notOk),
    ],
    ['an object of another realm with ok: false', runInNewContext('({ ok: false })'), failed(notOk)],
  ])('%s is failing', async (_what, value, summary) => {
    expect(await answersOf(async () => value)).toEqual({ status: 500, body: answers(summary) })
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['0', 0],
    ['an empty string', ''],
    ['the word false', 'false'],
    ['true', true],
    ['NaN', Number.NaN],
    ['a BigInt', 0n],
    ['a symbol', Symbol('x')],
    ['a function', () => false],
    ['an array', [{ ok: false }, new Error('x')]],
    ['a Map', new Map([['ok', false]])],
    ['a Set', new Set([false])],
    ['{ ok: true }', { ok: true }],
    ['an object without ok', { rows: [{ ok: false }], error: new Error('x') }],
    ['an object whose ok is no boolean', { ok: 0, error: 'x' }],
    ['the answer of a database with ok: 1', { ok: 1, nested: { ok: false } }],
    ['a Response with the status 200', new Response('pong')],
    [
      'a client that refers to itself',
      Object.assign(
        { pool: {} },
        {
          get self() {
            return this
          },
        },
      ),
    ],
    ['a promise of true', Promise.resolve(true)],
  ])('%s is ok', async (_what, value) => {
    expect(await answersOf(async () => value)).toEqual({ status: 200, body: answers({ ok: true }) })
  })

  test('a large result is not copied', async () => {
    let reads = 0
    const handler: ProxyHandler<object> = {
      get: (_target, name) => {
        reads += 1
        return name === 'then' ? undefined : []
      },
      ownKeys: () => expect.unreachable('the keys are read'),
    }
    const rows = new Proxy({}, handler)
    expect(
      (await createWatchman({ checks: [defineProbeCheck('databases', async () => rows)] }).report()).state,
    ).toBe('ok')
    expect(reads).toBeLessThan(20)
  })
})

describe('the details of a probe', () => {
  test('are shown beside its state, as plain data', async () => {
    const details = { free: 3, at: new Date(0), list: [undefined, Number.NaN] }
    const body = answers({
      ok: true,
      details: { free: 3, at: '1970-01-01T00:00:00.000Z', list: [null, null] },
    })
    expect(await answersOf(async () => ({ ok: true, details, other: 1 }))).toEqual({ status: 200, body })
  })

  test('are shown in its result, too', async () => {
    const probe = async () => ({ ok: true, details: { free: 3 } })
    const { results } = await createWatchman({ checks: [defineProbeCheck('disk', probe)] }).report()
    expect(results).toMatchObject([{ state: 'ok', details: { free: 3 } }])
  })

  test.each<[string, unknown, string]>([
    ['ok: false', { replica: { ok: false } }, 'ok is false'],
    ['an error', { list: [new Error('lag')] }, 'lag'],
    ['a promise', { free: Promise.resolve(3) }, 'free is a promise: await it'],
  ])('fail it where they contain %s', async (_what, details, error) => {
    const watchman = createWatchman({
      checks: [defineProbeCheck('disk', async () => ({ ok: true, details }))],
    })
    expect((await ask(watchman)).status).toBe(500)
    expect(watchman.snapshot().results).toMatchObject([{ state: 'failing', error }])
  })

  test.each([
    ['a string', 'x'],
    ['an array', [1]],
    ['null', null],
    ['a number', 5],
  ])('are left out where they are %s', async (_what, details) => {
    expect(await answersOf(async () => ({ ok: true, details }))).toEqual({
      status: 200,
      body: answers({ ok: true }),
    })
  })
})

describe('what JSON cannot contain', () => {
  test.each<[string, unknown, string]>([
    ['a promise', Promise.resolve(1), 'is a promise: await it'],
    ['a promise that rejects', untyped(undefined), 'is a promise: await it'],
    ['a thenable', Object.fromEntries([['then', () => {}]]), 'is a promise: await it'],
    ['a promise of another realm', runInNewContext('Promise.resolve(1)'), 'is a promise: await it'],
    ['a Map', new Map(), 'is a Map: convert it with Object.fromEntries'],
    ['a Set', new Set(), 'is a Set: convert it to an array'],
    ['a Map of another realm', runInNewContext('new Map()'), 'is a Map: convert it with Object.fromEntries'],
    ['a WeakMap', new WeakMap(), 'is a WeakMap, which JSON cannot contain'],
    ['a WeakSet', new WeakSet(), 'is a WeakSet, which JSON cannot contain'],
    ['a function', () => 5, 'is a function: call it'],
    ['a class', class {}, 'is a function: call it'],
    ['a BigInt', 5n, 'is a BigInt: convert it to a number or a string'],
    ['a symbol', Symbol('x'), 'is a symbol, which JSON cannot contain'],
  ])('fails in place: %s, with a message that names the key', async (what, value, message) => {
    const make = () => (what === 'a promise that rejects' ? Promise.reject(new Error('late')) : value)
    const error = failed(`size ${message}`)
    expect(await answerOf({ size: make(), other: 1 })).toEqual({
      status: 500,
      body: { size: error, other: 1 },
    })
    expect(await answerOf({ deep: { list: [{ size: make() }] } })).toEqual({
      status: 500,
      body: { deep: { list: [{ size: error }] } },
    })
    expect(await answerOf({ list: [1, make()] })).toEqual({
      status: 500,
      body: { list: [1, failed(`1 ${message}`)] },
    })
  })

  test('does not start a query that runs only when it is awaited', async () => {
    const started: unknown[] = []
    const query = Object.fromEntries([['then', () => started.push('started')]])
    const error = failed('rows is a promise: await it')
    expect(await answerOf({ rows: query, deep: [{ rows: query }] })).toEqual({
      status: 500,
      body: { rows: error, deep: [{ rows: error }] },
    })
    expect(started).toEqual([])
  })

  test('fails in place where toJSON returns it', async () => {
    expect(await answerOf({ size: { toJSON: async () => 5 } })).toEqual({
      status: 500,
      body: { size: failed('size is a promise: await it') },
    })
    expect(await answerOf({ size: { toJSON: () => new Error('down') } })).toEqual({
      status: 500,
      body: { size: failed('down') },
    })
  })

  test('is the error of the result, too', async () => {
    const watchman = createWatchman({ checks: [defineCheck('own', () => ({ size: Promise.resolve(1) }))] })
    expect((await watchman.report()).results).toMatchObject([
      { state: 'failing', error: 'size is a promise: await it' },
    ])
  })
})

describe('a property', () => {
  /** A getter that returns these values one after the other, and counts how often it is read. */
  function changing(...values: readonly unknown[]) {
    const reads: unknown[] = []
    return { reads, get: () => values[Math.min(reads.push(1), values.length) - 1] }
  }
  const withGetters = (members: Readonly<Record<string, () => unknown>>): object =>
    Object.defineProperties(
      {},
      Object.fromEntries(Object.entries(members).map(([name, get]) => [name, { get, enumerable: true }])),
    )

  test.each([
    ['first ok, then not', [true, false], 200],
    ['first not ok, then ok', [false, true], 500],
  ])('is read once, so that state and body agree: %s', async (_what, values, status) => {
    const own = changing(...values)
    const deep = changing(...values)
    const value = withGetters({ ok: own.get, parts: () => [withGetters({ ok: deep.get })] })
    const expected = { ok: values[0], parts: [{ ok: values[0] }] }
    expect(await answerOf(value)).toEqual({ status, body: expected })
    expect([own.reads.length, deep.reads.length]).toEqual([1, 1])
  })

  test.each([
    ['first ok, then not', [true, false], 200],
    ['first not ok, then ok', [false, true], 500],
  ])('of what a probe resolves to is read once: %s', async (_what, values, status) => {
    const ok = changing(...values)
    const details = changing({ free: 1 }, { free: 2 })
    const error = changing('first', 'second')
    const value = withGetters({ ok: ok.get, details: details.get, error: error.get })
    const checks = [defineProbeCheck('disk', async () => value)]
    const { status: actual, body } = await ask(createWatchman({ checks }))
    const summary =
      status === 200 ? { ok: true, details: { free: 1 } } : { ...failed('first'), details: { free: 1 } }
    expect([actual, body]).toEqual([status, { disk: summary }])
    expect([ok.reads.length, details.reads.length]).toEqual([1, 1])
    expect(error.reads.length).toBeLessThanOrEqual(1)
  })

  test('that becomes an error when it is read again is shown as it was read first', async () => {
    const size = changing(5, new Error('down'))
    expect(await answerOf(withGetters({ size: size.get }))).toEqual({ status: 200, body: { size: 5 } })
    expect(size.reads).toHaveLength(1)
  })

  test('that throws fails in place, and is read once', async () => {
    let reads = 0
    const value = withGetters({
      size: () => {
        reads += 1
        throw new Error('no size')
      },
      other: () => 1,
    })
    expect(await answerOf(value)).toEqual({ status: 500, body: { size: failed('no size'), other: 1 } })
    expect(reads).toBe(1)
  })
})

describe('an object', () => {
  test('with boxed values has what they contain, also as ok', async () => {
    const value = { a: new Number(5), b: new String('x'), c: new Boolean(true), ok: new Boolean(false) }
    expect(await answerOf(value)).toEqual({ status: 500, body: { a: 5, b: 'x', c: true, ok: false } })
    expect((await answerOf({ part: { ok: new Boolean(true) } })).status).toBe(200)
  })

  test('that contains itself fails where it does, with a message that names the key', async () => {
    const value: Record<string, unknown> = { size: 1 }
    value.deep = { list: [value] }
    value.self = value
    expect(await answerOf(value)).toEqual({
      status: 500,
      body: {
        size: 1,
        deep: { list: [failed('0 refers to an object that contains it')] },
        self: failed('self refers to an object that contains it'),
      },
    })
  })

  test('that is shared is shown in both places', async () => {
    const shared = { ok: true, list: [1] }
    expect(await answerOf({ a: shared, b: { c: shared }, d: [shared, shared] })).toEqual({
      status: 200,
      body: { a: shared, b: { c: shared }, d: [shared, shared] },
    })
    const down = new Error('down')
    expect(await answerOf({ a: down, b: down })).toEqual({
      status: 500,
      body: { a: failed('down'), b: failed('down') },
    })
  })

  test('that JSON knows is shown as JSON shows it', async () => {
    const value = {
      date: new Date(0),
      invalid: new Date(Number.NaN),
      url: new URL('http://status.test/a'),
      buffer: Buffer.from('ab'),
      bytes: new Uint8Array([1, 2]),
      pattern: /x/,
      headers: new Headers({ a: '1' }),
      sparse: Array.from({ length: 2 }),
      nothing: undefined,
      zero: -0,
      infinite: Number.POSITIVE_INFINITY,
      custom: { secret: 1, toJSON: (key: string) => ({ key }) },
      [Symbol('hidden')]: 1,
      instance: new (class Pool {
        size = 3
        #secret = 4
        get total() {
          return this.#secret
        }
      })(),
    }
    const { status, body } = await answerOf(value)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).toBe(JSON.stringify(value))
  })

  test('with toJSON is what that returns, also at the top', async () => {
    expect(await answerOf({ secret: 1, toJSON: () => ({ size: 3 }) })).toEqual({
      status: 200,
      body: { size: 3 },
    })
    expect(await answerOf({ toJSON: () => ({ part: { ok: false } }) })).toEqual({
      status: 500,
      body: { part: { ok: false } },
    })
    expect((await answerOf({ part: { ok: true, toJSON: () => ({ ok: false }) } })).status).toBe(500)
  })

  test('that is an array with its own methods has the elements that it contains', async () => {
    class List<Item> extends Array<Item> {
      override map(): never[] {
        return []
      }
    }
    expect(await answerOf({ list: List.from([1, { ok: false }]) })).toEqual({
      status: 500,
      body: { list: [1, { ok: false }] },
    })
  })

  test('of another realm is shown like one of this realm', async () => {
    expect(await answerOf(runInNewContext('({ list: [1, { ok: false }], at: new Date(0) })'))).toEqual({
      status: 500,
      body: { list: [1, { ok: false }], at: '1970-01-01T00:00:00.000Z' },
    })
  })

  test('keeps the keys __proto__ and constructor as data', async () => {
    const value = JSON.parse('{"__proto__":{"ok":false},"constructor":{"ok":true}}')
    const { status, body } = await answerOf(value)
    expect(status).toBe(500)
    expect(JSON.stringify(body)).toBe('{"__proto__":{"ok":false},"constructor":{"ok":true}}')
  })
})
