import { inherits } from 'node:util'
import { runInNewContext } from 'node:vm'

/** A kind of value, and the state of a target whose result contains it. */
export interface ValueKind {
  readonly make: () => unknown
  readonly state: 'ok' | 'failing'
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

/** Kinds of values that a check may return, by name. */
export const valueKinds: Readonly<Record<string, ValueKind>> = {
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

/** How a value is nested in another, by name. */
export const nestings: Readonly<Record<string, (value: unknown) => unknown>> = {
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
