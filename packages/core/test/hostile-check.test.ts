import { type CheckFunction, createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { ask, fromJson, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { healthy } from './probes.ts'
import { recordLog } from './record-log.ts'
import { sleep } from './sleep.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()

/** A function that returns what its type does not allow. */
const returning =
  (value: unknown): CheckFunction =>
  () =>
    untyped(value)
const throwing =
  (value: unknown): CheckFunction =>
  () => {
    throw value
  }
/** An object that looks like a promise. */
const thenable = (then: (resolve: (dict: unknown) => void) => void) =>
  returning(Object.fromEntries([['then', then]]))
const cycle: Record<string, unknown> = {}
cycle.self = cycle
const unreadable = Object.defineProperty({}, 'message', {
  get() {
    throw new Error('getter')
  },
})
const revoked = Proxy.revocable({}, {})
revoked.revoke()

/** The answer of a watchman that runs the check `odd` between two that are healthy. */
async function besides(odd: CheckFunction, logger = recordLog().logger) {
  const checks = [
    defineProbeCheck('before', healthy),
    defineCheck('odd', odd, { timeout: 50 }),
    defineProbeCheck('after', healthy),
  ]
  const watchman = createWatchman({ checks, stacktraces: false, logger })
  const { status, body } = await ask(watchman)
  expect(body).toMatchObject({ before: { ok: true }, after: { ok: true } })
  const rest = Object.fromEntries(
    Object.entries({ ...untyped(body) }).filter(([key]) => key !== 'before' && key !== 'after'),
  )
  return { status, rest }
}

describe('a check that', () => {
  const wrong = (type: string) => `returned ${type} instead of an object such as { key: value }`
  test.each<[string, CheckFunction, string | RegExp]>([
    ['throws', throwing(new Error('no')), 'no'],
    ['throws undefined', throwing(undefined), 'failed with undefined'],
    ['throws null', throwing(null), 'failed with null'],
    ['throws a string', throwing('no'), 'failed with no'],
    ['throws an object with a message', throwing({ message: 'no' }), 'no'],
    ['throws an object without one', throwing({ code: 'ENO' }), 'ENO'],
    ['throws a symbol', throwing(Symbol('no')), 'failed with Symbol(no)'],
    ['throws a function', throwing(() => {}), /^failed with \(\) => /],
    ['throws an object without a prototype', throwing(Object.create(null)), 'unreadable error'],
    ['throws an object whose message cannot be read', throwing(unreadable), 'unreadable error'],
    ['throws a revoked proxy', throwing(revoked.proxy), 'unreadable error'],
    ['throws an error without a message', throwing(new TypeError()), 'TypeError'],
    ['throws a DOMException', throwing(new DOMException('no', 'AbortError')), 'no'],
    ['rejects', () => Promise.reject(new Error('no')), 'no'],
    ['rejects with undefined', () => Promise.reject(undefined), 'failed with undefined'],
    ['returns nothing', returning(undefined), wrong('undefined')],
    ['returns null', returning(null), wrong('null')],
    ['returns a number', returning(5), wrong('5')],
    ['returns a string', returning('ok'), wrong('a string')],
    ['returns true', returning(true), wrong('true')],
    ['returns an array', returning([{ ok: true }]), wrong('an array')],
    ['returns a Response', returning(new Response('ok')), wrong('a Response')],
    ['returns a Map', returning(new Map([['ok', true]])), wrong('a Map')],
    ['returns a Date', returning(new Date(0)), wrong('a Date')],
    ['returns a function', returning(() => ({})), wrong('a function')],
    ['returns an Error', returning(new Error('no')), 'no'],
    ['returns a revoked proxy', returning(revoked.proxy), /revoked/],
    [
      'returns an object that becomes a string',
      returning({ toJSON: () => 'x' }),
      'toJSON of the object returned no object',
    ],
    [
      'returns a key of another check',
      returning({ before: { ok: true } }),
      'returned the key "before" of another check',
    ],
    ['never settles', () => new Promise<never>(() => {}), 'timed out after 50 ms'],
    ['is a thenable that never settles', thenable(() => {}), 'timed out after 50 ms'],
    [
      'is a thenable that throws',
      thenable(() => {
        throw new Error('then')
      }),
      'then',
    ],
  ])('%s fails alone', async (_what, odd, error) => {
    const { status, rest } = await besides(odd)
    expect(status).toBe(500)
    expect(rest).toEqual({
      odd: { ok: false, error: typeof error === 'string' ? error : expect.stringMatching(error) },
    })
  })

  const containsItself = { ok: false, error: 'self refers to an object that contains it' }
  test.each<[string, CheckFunction, unknown]>([
    ['a cycle', returning(cycle), { self: containsItself }],
    [
      'a failing cycle',
      returning(Object.assign({ ok: false }, { me: cycle })),
      { ok: false, me: { self: containsItself } },
    ],
    [
      'a BigInt',
      returning({ x: 5n, y: 1 }),
      { x: { ok: false, error: 'x is a BigInt: convert it to a number or a string' }, y: 1 },
    ],
    [
      'a getter that throws',
      returning({
        get x() {
          throw new Error('getter')
        },
        y: 1,
      }),
      { x: { ok: false, error: 'getter' }, y: 1 },
    ],
    [
      'a toJSON that throws',
      returning({
        x: {
          toJSON() {
            throw new Error('toJSON')
          },
        },
        y: 1,
      }),
      { x: { ok: false, error: 'toJSON' }, y: 1 },
    ],
    [
      'a proxy that cannot be read',
      returning({ x: revoked.proxy, y: 1 }),
      { x: { ok: false, error: expect.stringContaining('revoked') }, y: 1 },
    ],
  ])('returns %s fails in place, and shows the rest', async (_what, odd, expected) => {
    const { status, rest } = await besides(odd)
    expect(status).toBe(500)
    expect(rest).toEqual(expected)
  })

  test.each<[string, CheckFunction, unknown]>([
    [
      'settles twice',
      () =>
        new Promise((resolve, reject) => {
          resolve({ x: 1 })
          reject(new Error('no'))
        }),
      { x: 1 },
    ],
    [
      'is a thenable that settles twice',
      thenable((resolve) => {
        resolve({ x: 1 })
        resolve({ x: 2 })
      }),
      { x: 1 },
    ],
    ['returns an empty object', () => ({}), {}],
    [
      'returns an object without a prototype',
      returning(Object.assign(Object.create(null), { x: 1 })),
      { x: 1 },
    ],
    [
      'returns odd keys',
      returning(fromJson('{"__proto__":{"ok":true},"constructor":1}')),
      fromJson('{"__proto__":{"ok":true},"constructor":1}'),
    ],
    [
      'returns dates and undefined',
      returning({ at: new Date(0), gone: undefined }),
      { at: '1970-01-01T00:00:00.000Z' },
    ],
    [
      'returns numbers that JSON cannot contain',
      returning({ x: [Number.NaN, -Infinity, -0] }),
      { x: [null, null, 0] },
    ],
  ])('%s is shown as it is', async (_what, odd, dict) => {
    const { status, rest } = await besides(odd)
    expect(status).toBe(200)
    expect(JSON.stringify(rest)).toBe(JSON.stringify(dict))
  })

  test('rejects after its timeout changes nothing', async () => {
    const { rest } = await besides(async () => {
      await sleep(70)
      throw new Error('late')
    })
    await sleep(40)
    expect(rest).toEqual({ odd: { ok: false, error: 'timed out after 50 ms' } })
  })

  test('changes its object later changes no report', async () => {
    const dict = { x: { ok: true } }
    const watchman = createWatchman({ checks: [defineCheck('x', () => dict)] })
    const { body, results } = await watchman.report()
    dict.x.ok = false
    expect(body).toEqual({ x: { ok: true } })
    expect(results).toMatchObject([{ details: { x: { ok: true } } }])
  })

  test('returns __proto__ pollutes nothing', async () => {
    await besides(returning(fromJson('{"__proto__":{"polluted":true}}')))
    expect(memberOf({}, 'polluted')).toBeUndefined()
    expect(memberOf(() => {}, 'polluted')).toBeUndefined()
  })
})

describe('an answer that is too deep or too large to show', () => {
  /** An object within an object, `depth` times. */
  function nested(depth: number): object {
    let value: object = { end: true }
    for (let level = 0; level < depth; level += 1) value = { value }
    return value
  }

  const manyKeys = () => Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`key${index}`, 1]))
  const depths = [3000, 5000, 10_000, 20_000, 50_000, 100_000]

  test.each([
    ['with objects within objects', depths.map((depth) => () => nested(depth))],
    ['with 200,000 keys', [manyKeys]],
  ])('%s is answered, and those that follow as if it had not been there', async (_what, large) => {
    const answers: (() => unknown)[] = []
    const check = defineCheck('odd', () => untyped(answers.pop()?.() ?? { x: 1 }), { ttl: 0 })
    const watchman = createWatchman({ checks: [check, defineProbeCheck('email', healthy)] })
    for (const make of large) {
      answers.push(make)
      expect([200, 500]).toContain((await ask(watchman)).status)
      expect(await ask(watchman)).toMatchObject({ status: 200, body: { x: 1, email: { ok: true } } })
      expect((await watchman.report()).state).toBe('ok')
    }
  })
})

describe('an object that is nested more than 100 levels deep', () => {
  /** An object whose member `next` is an object like it, `levels` times. */
  const nested = (levels: number): object => (levels === 0 ? { end: 1 } : { next: nested(levels - 1) })

  test('fails where it is too deep, and shows the levels above', async () => {
    const { status, rest } = await besides(returning({ x: nested(200), y: 1 }))
    expect(status).toBe(500)
    expect(rest.y).toBe(1)
    let value: unknown = rest.x
    let levels = 0
    while (memberOf(value, 'next') !== undefined) {
      value = memberOf(value, 'next')
      levels += 1
    }
    expect(levels).toBeGreaterThan(90)
    expect(levels).toBeLessThan(110)
    expect(value).toEqual({ ok: false, error: 'next is nested more than 100 objects deep' })
  })

  test('is shown whole where it is not deeper than that', async () => {
    const { status, rest } = await besides(returning({ x: nested(90) }))
    expect([status, rest]).toEqual([200, { x: nested(90) }])
  })
})

describe.each(['message', 'stack', 'cause', 'errors', 'name'])(
  'an error whose %s cannot be read',
  (property) => {
    const hostile = Object.defineProperty(new Error(''), property, {
      get() {
        throw new Error('getter')
      },
    })

    test('fails its check alone, each time', async () => {
      const reject = () => Promise.reject(hostile)
      const failed = expect.objectContaining({ ok: false })
      const checks = [
        defineCheck('plain', reject),
        defineProbeCheck('single', reject, { ttl: 0 }),
        defineProbeCheck('named', { odd: reject, healthy }, { ttl: 0 }),
        defineCheck('returned', () => ({ returned: hostile })),
      ]
      const { lines, logger } = recordLog()
      for (const stacktraces of [true, false]) {
        const watchman = createWatchman({ checks, stacktraces, logger })
        for (const _ of [1, 2]) {
          const { status, body } = await ask(watchman)
          expect(status).toBe(500)
          expect(body).toEqual({
            plain: failed,
            single: failed,
            named: [{ healthy: { ok: true } }, { odd: failed }],
            returned: failed,
          })
        }
      }
      expect(lines.map(({ level }) => level)).toEqual(Array.from({ length: 8 }, () => 'error'))
    })
  },
)

describe('the message of a failure', () => {
  const errorOf = async (thrown: unknown) => memberOf((await besides(throwing(thrown))).rest.odd, 'error')

  test('includes the causes', async () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:6379')
    expect(await errorOf(new Error('not connected', { cause: refused }))).toBe(
      `not connected: ${refused.message}`,
    )
    expect(await errorOf(new Error(`failed, ${refused.message}`, { cause: refused }))).toBe(
      `failed, ${refused.message}`,
    )
  })

  test('includes the errors of an AggregateError', async () => {
    const refused = (host: string) =>
      Object.assign(new Error(`connect ECONNREFUSED ${host}:5432`), { code: 'ECONNREFUSED' })
    const aggregate = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), {
      code: 'ECONNREFUSED',
    })
    expect(await errorOf(aggregate)).toBe(
      'connect ECONNREFUSED ::1:5432: connect ECONNREFUSED 127.0.0.1:5432',
    )
  })

  test('includes no more than some errors of an AggregateError with thousands', async () => {
    const errors = Array.from({ length: 20_000 }, (_, index) => new Error(`number ${index}.`))
    const started = performance.now()
    const message = await errorOf(new AggregateError(errors, 'all failed'))
    expect(performance.now() - started).toBeLessThan(2000) // 35 s if all are read
    expect(message).toMatch(/^all failed: number 0\.: number 1\./)
    expect(`${message}`.split('number').length).toBeLessThan(30)
  })

  test('ends where causes go in a circle', async () => {
    const first = new Error('first')
    first.cause = new Error('second', { cause: first })
    expect(await errorOf(first)).toBe('first: second')
  })

  test('of megabytes is cut', async () => {
    expect(`${await errorOf(new Error('x'.repeat(5_000_000)))}`).toHaveLength(4000)
  })
})
