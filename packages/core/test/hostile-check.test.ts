import { type CheckFunction, createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ask, sleep } from './ask.ts'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
beforeAll(() => process.on('unhandledRejection', note).on('uncaughtException', note))
afterAll(async () => {
  await sleep(20)
  process.off('unhandledRejection', note).off('uncaughtException', note)
  expect(unhandled).toEqual([])
})

/** A function that returns what no type would let it. */
const returning = (value: unknown): CheckFunction => vi.fn().mockReturnValue(value)
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

/** Runs the check `odd` between two that work. */
async function besides(odd: CheckFunction) {
  const well = (name: string) => defineProbeCheck(name, async () => {})
  const checks = [well('before'), defineCheck('odd', odd, { timeout: 50 }), well('after')]
  const { status, body } = await ask(createWatchman({ checks, stacktraces: false }))
  const { before, after, ...rest } = Object(body)
  expect({ before, after }).toEqual({ before: { ok: true }, after: { ok: true } })
  return { status, rest }
}

describe('a check that', () => {
  const wrong = (kind: string) => `returned ${kind} instead of a dict such as { key: value }`
  test.each<[string, CheckFunction, string | RegExp]>([
    ['throws', throwing(new Error('no')), 'no'],
    ['throws undefined', throwing(undefined), 'failed with undefined'],
    ['throws null', throwing(null), 'failed with null'],
    ['throws a string', throwing('no'), 'failed with no'],
    ['throws an object with a message', throwing({ message: 'no' }), 'no'],
    ['throws an object without one', throwing({ code: 'ENO' }), 'ENO'],
    ['throws a symbol', throwing(Symbol('no')), 'failed with Symbol(no)'],
    ['throws an object without a prototype', throwing(Object.create(null)), 'unreadable error'],
    ['throws an object whose message cannot be read', throwing(unreadable), 'unreadable error'],
    ['throws a revoked proxy', throwing(revoked.proxy), 'unreadable error'],
    ['throws an error without a message', throwing(new TypeError()), 'TypeError'],
    ['throws a DOMException', throwing(new DOMException('no', 'AbortError')), 'no'],
    ['rejects', () => Promise.reject(new Error('no')), 'no'],
    ['rejects with undefined', () => Promise.reject(undefined), 'failed with undefined'],
    ['returns nothing', returning(undefined), wrong('Undefined')],
    ['returns null', returning(null), wrong('Null')],
    ['returns a number', returning(5), wrong('Number')],
    ['returns a string', returning('ok'), wrong('String')],
    ['returns true', returning(true), wrong('Boolean')],
    ['returns a list', returning([{ ok: true }]), wrong('Array')],
    ['returns a Response', returning(new Response('ok')), wrong('Response')],
    ['returns a Map', returning(new Map([['ok', true]])), wrong('Map')],
    ['returns a function', returning(() => ({})), wrong('Function')],
    ['returns an Error', returning(new Error('no')), wrong('Error')],
    ['returns a revoked proxy', returning(revoked.proxy), /revoked/],
    ['returns a cycle', returning(cycle), /circular/],
    ['returns a failing cycle', returning(Object.assign({ ok: false }, { me: cycle })), /circular/],
    ['returns a BigInt', returning({ x: 5n }), /BigInt/],
    [
      'returns a getter that throws',
      returning({
        get x() {
          throw new Error('getter')
        },
      }),
      'getter',
    ],
    [
      'returns a toJSON that throws',
      returning({
        x: {
          toJSON() {
            throw new Error('toJSON')
          },
        },
      }),
      'toJSON',
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
    ['returns an empty dict', () => ({}), {}],
    ['returns a dict without a prototype', returning(Object.assign(Object.create(null), { x: 1 })), { x: 1 }],
    [
      'returns odd keys',
      returning(JSON.parse('{"__proto__":{"ok":true},"constructor":1}')),
      JSON.parse('{"__proto__":{"ok":true},"constructor":1}'),
    ],
    [
      'returns dates and undefined',
      returning({ at: new Date(0), gone: undefined }),
      { at: '1970-01-01T00:00:00.000Z' },
    ],
  ])('%s is shown as it is', async (_what, odd, dict) => {
    const { status, rest } = await besides(odd)
    expect(status).toBe(200)
    expect(rest).toEqual(dict)
  })

  test('rejects after its deadline changes nothing', async () => {
    const { rest } = await besides(async () => {
      await sleep(70)
      throw new Error('late')
    })
    await sleep(40)
    expect(rest).toEqual({ odd: { ok: false, error: 'timed out after 50 ms' } })
  })

  test('changes its dict later changes no report', async () => {
    const dict = { x: { ok: true } }
    const report = await createWatchman({ checks: [defineCheck('x', () => dict)] }).run()
    dict.x.ok = false
    expect(report.body).toEqual({ x: { ok: true } })
  })

  test('returns __proto__ pollutes nothing', async () => {
    await besides(returning(JSON.parse('{"__proto__":{"polluted":true}}')))
    expect(Object('').polluted).toBeUndefined()
    expect(Object({}).polluted).toBeUndefined()
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
    const failed = expect.objectContaining({ ok: false })

    test('fails its check alone, each time', async () => {
      const reject = () => Promise.reject(hostile)
      const checks = [
        defineCheck('plain', reject),
        defineProbeCheck('single', reject, { ttl: 0 }),
        defineProbeCheck('named', { odd: reject, well: async () => {} }, { ttl: 0 }),
        defineCheck('returned', () => ({ returned: hostile })),
      ]
      for (const options of [
        { checks },
        { checks: checks.slice(1, 3), stacktraces: true, logger: console },
      ]) {
        const watchman = createWatchman(options)
        for (const _ of [1, 2]) {
          const { status, body } = await ask(watchman)
          expect(status).toBe(500)
          expect(body).toMatchObject({ single: failed })
        }
      }
    })
  },
)

describe('an explanation', () => {
  const errorOf = async (thrown: unknown) => Object((await besides(throwing(thrown))).rest).odd.error

  test('follows the causes', async () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:6379')
    expect(await errorOf(new Error('not connected', { cause: refused }))).toBe(
      `not connected: ${refused.message}`,
    )
    expect(await errorOf(new Error(`failed, ${refused.message}`, { cause: refused }))).toBe(
      `failed, ${refused.message}`,
    )
  })

  test('names what an AggregateError is made of', async () => {
    const refused = (host: string) =>
      Object.assign(new Error(`connect ECONNREFUSED ${host}:5432`), { code: 'ECONNREFUSED' })
    const aggregate = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), {
      code: 'ECONNREFUSED',
    })
    expect(await errorOf(aggregate)).toBe(
      'connect ECONNREFUSED ::1:5432: connect ECONNREFUSED 127.0.0.1:5432',
    )
  })

  test('ends in a circle of causes', async () => {
    const first = new Error('first')
    first.cause = new Error('second', { cause: first })
    expect(await errorOf(first)).toBe('first: second')
  })

  test('of megabytes is cut', async () => {
    expect((await errorOf(new Error('x'.repeat(5_000_000)))).length).toBe(4000)
  })
})
