import { inherits } from 'node:util'
import { runInNewContext } from 'node:vm'
import { type Check, createWatchman, defineCheck, defineProbeCheck, type State } from '@watchman/core'
import { degraded, memberOf } from '@watchman/core/driver'
import { ask, untyped } from '@watchman/test-helpers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pluginOf } from './plugins.ts'
import { recordLog } from './record-log.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()

/** A kind of value, and the state of a target whose result contains it. */
interface Kind {
  readonly make: () => unknown
  readonly state: State
}

function OldStyleError(this: object) {}
inherits(OldStyleError, Error)

const throwing = () => {
  throw new Error('getter')
}

/** Answers the first time with `first`, and afterwards with `later`. */
function changing(first: unknown, later: unknown) {
  let reads = 0
  return () => {
    reads += 1
    return reads === 1 ? first : later
  }
}

function cyclic(): object {
  const value: Record<string, unknown> = { x: 1 }
  value.self = value
  return value
}

/** Where it is thrown, nobody looks at it. */
function rejected(): Promise<unknown> {
  const promise = Promise.reject(new Error('down'))
  promise.catch(() => {})
  return promise
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const kinds: Readonly<Record<string, Kind>> = {
  'a string': { make: () => 'up', state: 'ok' },
  'a number': { make: () => 1, state: 'ok' },
  NaN: { make: () => Number.NaN, state: 'ok' },
  null: { make: () => null, state: 'ok' },
  undefined: { make: () => undefined, state: 'ok' },
  true: { make: () => true, state: 'ok' },
  'false, which is a value like others in an object': { make: () => false, state: 'ok' },
  'a date': { make: () => new Date(0), state: 'ok' },
  'a URL': { make: () => new URL('http://localhost/'), state: 'ok' },
  bytes: { make: () => new Uint8Array(3), state: 'ok' },
  'a boxed string': { make: () => runInNewContext("new String('up')"), state: 'ok' },
  'an empty array': { make: () => [], state: 'ok' },
  'a frozen object': { make: () => Object.freeze({ x: Object.freeze([1]) }), state: 'ok' },
  'an object without a prototype': { make: () => Object.assign(Object.create(null), { x: 1 }), state: 'ok' },
  'an object of another realm': { make: () => runInNewContext('({ x: 1 })'), state: 'ok' },
  'an instance of a class': {
    make: () =>
      new (class Pool {
        readonly size = 1
      })(),
    state: 'ok',
  },
  'a proxy': { make: () => new Proxy({ x: 1 }, {}), state: 'ok' },
  'an object with a tag': { make: () => ({ [Symbol.toStringTag]: 'Pool' }), state: 'ok' },
  'an object with toPrimitive': { make: () => ({ [Symbol.toPrimitive]: throwing }), state: 'ok' },
  'an object with toJSON': { make: () => ({ ok: false, toJSON: () => ({ ok: true }) }), state: 'ok' },
  'an ok that changes to false when it is read again': {
    make: () => Object.defineProperty({}, 'ok', { get: changing(true, false), enumerable: true }),
    state: 'ok',
  },
  'a degraded error': { make: () => degraded('busy'), state: 'degraded' },
  'an error': { make: () => new Error('down'), state: 'failing' },
  'a frozen error': { make: () => Object.freeze(new Error('down')), state: 'failing' },
  'an error of a class': { make: () => new (class Refused extends TypeError {})('down'), state: 'failing' },
  'an error of another realm': { make: () => runInNewContext("new Error('down')"), state: 'failing' },
  'an error with toJSON': {
    make: () => Object.assign(new Error('down'), { toJSON: () => ({ message: 'down' }) }),
    state: 'failing',
  },
  'an error with ok: true': { make: () => Object.assign(new Error('down'), { ok: true }), state: 'failing' },
  'an error with a tag': {
    make: () => Object.assign(new Error('down'), { [Symbol.toStringTag]: 'Refused' }),
    state: 'failing',
  },
  'an error without a stack or message': {
    make: () =>
      Object.defineProperties(new Error(), { stack: { get: throwing }, message: { get: throwing } }),
    state: 'failing',
  },
  'an error of the old style': { make: () => Reflect.construct(OldStyleError, []), state: 'failing' },
  'an object that inherits from Error.prototype': {
    make: () => Object.create(Error.prototype),
    state: 'failing',
  },
  'a DOMException': { make: () => new DOMException('down'), state: 'failing' },
  'an AggregateError': { make: () => new AggregateError([new Error('a')], 'down'), state: 'failing' },
  'a proxy of an error': { make: () => new Proxy(new Error('down'), {}), state: 'failing' },
  'ok: false': { make: () => ({ ok: false }), state: 'failing' },
  'a toJSON that returns ok: false': {
    make: () => ({ ok: true, toJSON: () => ({ ok: false }) }),
    state: 'failing',
  },
  'a toJSON that returns an error': { make: () => ({ toJSON: () => new Error('down') }), state: 'failing' },
  'a toJSON that throws': { make: () => ({ toJSON: throwing }), state: 'failing' },
  'a getter that throws': {
    make: () => Object.defineProperty({}, 'x', { get: throwing, enumerable: true }),
    state: 'failing',
  },
  'an ok that changes to true when it is read again': {
    make: () => Object.defineProperty({}, 'ok', { get: changing(false, true), enumerable: true }),
    state: 'failing',
  },
  'a promise': { make: () => Promise.resolve(1), state: 'failing' },
  'a promise that rejects': { make: rejected, state: 'failing' },
  'a thenable': { make: () => Object.fromEntries([['then', () => {}]]), state: 'failing' },
  'a function': { make: () => () => 1, state: 'failing' },
  'a class': { make: () => class Pool {}, state: 'failing' },
  'a symbol': { make: () => Symbol('x'), state: 'failing' },
  'a BigInt': { make: () => 1n, state: 'failing' },
  'a Map': { make: () => new Map([['x', 1]]), state: 'failing' },
  'a Set': { make: () => new Set([1]), state: 'failing' },
  'a WeakMap': { make: () => new WeakMap(), state: 'failing' },
  'an object that contains itself': { make: cyclic, state: 'failing' },
  'a revoked proxy': { make: revoked, state: 'failing' },
}

/** How a value is nested in another. */
const nestings: Readonly<Record<string, (value: unknown) => unknown>> = {
  'in an object': (value) => ({ x: value, y: 1 }),
  'in an array': (value) => [1, value],
  'behind a getter': (value) => Object.defineProperty({}, 'x', { get: () => value, enumerable: true }),
  'behind toJSON': (value) => ({ toJSON: () => ({ x: value }) }),
  'in a frozen object': (value) => Object.freeze({ x: value }),
  'in an instance of a class': (value) =>
    new (class Pool {
      readonly x = value
    })(),
  'in a proxy': (value) => new Proxy({ x: value }, {}),
}

/** How a target comes by a value: the check, and its state where the result contains something in `state`. */
const ways: Readonly<
  Record<string, (value: unknown) => { readonly check: Check; readonly stateOf: (inside: State) => State }>
> = {
  'a function returns it': (value) => ({
    check: defineCheck('own', () => ({ own: untyped(value) }), { ttl: 1000 }),
    stateOf: (inside) => inside,
  }),
  'a function throws it': (value) => ({
    check: defineCheck(
      'own',
      () => {
        throw value
      },
      { ttl: 1000 },
    ),
    stateOf: (inside) => (inside === 'degraded' ? 'degraded' : 'failing'),
  }),
  'a probe rejects with it': (value) => ({
    check: defineProbeCheck('own', () => Promise.reject(value)),
    stateOf: (inside) => (inside === 'degraded' ? 'degraded' : 'failing'),
  }),
  'a probe has it among its details': (value) => ({
    check: defineProbeCheck('own', async () => ({ ok: true, details: { value } })),
    stateOf: (inside) => inside,
  }),
}

test('status, headers, body, log, listeners and report tell one story of any value, and never a better one than the truth', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(kinds)),
      fc.array(fc.constantFrom(...Object.keys(nestings)), { maxLength: 3 }),
      fc.constantFrom(...Object.keys(ways)),
      fc.constantFrom('full', 'none'),
      async (kindName, nested, wayName, details) => {
        const kind = kinds[kindName]
        const way = ways[wayName]
        if (!kind || !way) throw new Error('unknown name')
        const isThrown = wayName.includes('throws') || wayName.includes('rejects')
        const value = nested.reduce((inner, name) => nestings[name]?.(inner), kind.make())
        const { check, stateOf } = way(value)
        // What is thrown fails, whatever it contains; only a degraded error itself degrades.
        const expected = isThrown && nested.length > 0 ? 'failing' : stateOf(kind.state)
        const heard: string[] = []
        const { lines, logger } = recordLog()
        const watchman = createWatchman({
          checks: [check],
          plugins: [pluginOf((host) => host.onResult(({ state }) => heard.push(state)))],
          logger,
          details: details === 'none' ? 'none' : 'full',
        })

        const { status, headers, body, text } = await ask(watchman)
        const bare = await ask(watchman, '/bare')
        const report = await watchman.report()
        const snapshot = watchman.snapshot()

        expect(headers.get('x-watchman-status')).toBe(expected)
        expect([status, bare.status]).toEqual(expected === 'failing' ? [500, 500] : [200, 200])
        expect([report.state, snapshot.state, snapshot.results[0]?.state]).toEqual([
          expected,
          expected,
          expected,
        ])
        expect(heard).toEqual([expected])
        expect(lines.map(({ level }) => level)).toEqual(
          { ok: [], degraded: ['warn'], failing: ['error'], pending: [] }[expected],
        )
        expect(JSON.parse(text)).toEqual(body)
        if (expected !== 'ok') expect(text).toContain('"ok":false')
        else expect(text).not.toContain('"ok":false')
        if (details === 'none') expect(text).not.toMatch(/down|getter/)
        expect(memberOf(body, 'own') === undefined && expected !== 'ok').toBe(false)
        await watchman.close()
      },
    ),
    { numRuns: 1500 },
  )
}, 60_000)
