import { isFunction, isObject, memberOf, typeTag } from '../options/guards.ts'
import { callSafely } from './call-safely.ts'
import { degradationOf } from './degraded-error.ts'
import { safeErrorMessage, stackOf } from './error-message.ts'
import { isError } from './is-error.ts'

/** A value that JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainObject

/** An object that JSON can hold. */
export interface PlainObject {
  readonly [key: string]: Plain
}

/** On the copy of an error that degrades in place of failing. JSON does not show symbols. */
export const DEGRADES = Symbol('degrades')

/** How deep objects may be nested. */
const MAX_DEPTH = 100

/** The types that a report cannot contain, and what to do instead. */
const MISTAKES: ReadonlyMap<string, string> = new Map([
  ['Promise', 'is a promise: await it'],
  ['Map', 'is a Map: convert it with Object.fromEntries'],
  ['Set', 'is a Set: convert it to an array'],
  ['WeakMap', 'is a WeakMap, which JSON cannot contain'],
  ['WeakSet', 'is a WeakSet, which JSON cannot contain'],
])

/** The characters of JSON that a copy may still take. */
interface Budget {
  remaining: number
  /** What is thrown once there are none: it ends the whole copy. */
  readonly exceeded: Error
}

/** Where a value is, on its way into the copy. */
interface Place {
  readonly key: string
  readonly parents: readonly unknown[]
  readonly budget: Budget
}

/**
 * Copies what a check returned or threw into plain data, reading each property once. Errors become
 * `{ ok: false, error, stacktrace }`; so does what JSON cannot contain, with a message that names the key.
 *
 * @throws Error where the copy would take more than `maxSize` characters of JSON.
 */
export function toPlain(value: unknown, maxSize: number): Plain | undefined {
  const exceeded = new Error(`returned over ${maxSize} characters of JSON (option maxSize)`)
  return copy(value, { key: '', parents: [], budget: { remaining: maxSize, exceeded } })
}

function spend(budget: Budget, characters: number): void {
  budget.remaining -= characters
  if (budget.remaining < 0) throw budget.exceeded
}

/** The copy of an error. */
export function plainError(error: unknown, message: string = safeErrorMessage(error)): PlainObject {
  const stacktrace = stackOf(error)
  const plain = { ok: false, error: message, ...(stacktrace !== undefined && { stacktrace }) }
  return degradationOf(error) ? Object.defineProperty(plain, DEGRADES, { value: true }) : plain
}

function copy(value: unknown, place: Place): Plain | undefined {
  const { key, parents, budget } = place
  spend(budget, typeof value === 'string' ? value.length + 2 : 2)
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null // JSON has no -0
  if (value === undefined) return undefined
  const mistake = mistakeOf(value)
  if (mistake) {
    // A promise that nobody awaits must not end the process when it rejects. Other thenables, such as queries, may not have started.
    if (typeTag(value) === 'Promise') callSafely(() => value)
    return plainError(undefined, key === '' ? mistake : `${key} ${mistake}`)
  }
  if (isError(value)) return plainError(value)
  if (parents.includes(value)) return plainError(undefined, `${key} refers to an object that contains it`)
  if (parents.length >= MAX_DEPTH)
    return plainError(undefined, `${key} is nested more than ${MAX_DEPTH} objects deep`)
  try {
    return copyObject(value, { key, parents: [...parents, value], budget })
  } catch (error) {
    if (error === budget.exceeded) throw error
    return plainError(error)
  }
}

function mistakeOf(value: unknown): string | undefined {
  if (typeof value === 'bigint') return 'is a BigInt: convert it to a number or a string'
  if (typeof value === 'function') return 'is a function: call it'
  if (typeof value === 'symbol') return 'is a symbol, which JSON cannot contain'
  try {
    return (
      MISTAKES.get(typeTag(value)) ??
      (isFunction(memberOf(value, 'then')) ? MISTAKES.get('Promise') : undefined)
    )
  } catch {
    return undefined // what cannot be read throws again when it is copied
  }
}

function copyObject(value: unknown, place: Place): Plain | undefined {
  const toJson = memberOf(value, 'toJSON')
  if (isFunction(toJson)) {
    const converted: unknown = Function.prototype.call.call(toJson, value, place.key)
    return converted === value ? copyMembers(value, place) : copy(converted, place)
  }
  return copyMembers(value, place)
}

function copyMembers(value: unknown, place: Place): Plain | undefined {
  if (Array.isArray(value)) return copyElements(value, place)
  if (!isObject(value)) return undefined
  const tag = typeTag(value)
  if (tag === 'Boolean' || tag === 'Number' || tag === 'String')
    return copy(value.valueOf(), { ...place, key: '' })
  const entries: [string, Plain][] = []
  let failure: PlainObject | undefined
  for (const key of Object.keys(value)) {
    spend(place.budget, key.length + 4)
    const { plain, error } = copyMember(value, { ...place, key })
    if (plain !== undefined) entries.push([key, plain])
    if (key === 'error') failure = error
  }
  const plain: PlainObject = Object.fromEntries(entries)
  return plain.ok === false && failure ? flattenFailure(plain, failure) : plain
}

function copyElements(array: readonly unknown[], place: Place): Plain {
  const elements: Plain[] = []
  for (let index = 0; index < array.length; index += 1)
    elements.push(copy(array[index], { ...place, key: `${index}` }) ?? null)
  return elements
}

function copyMember(value: object, place: Place) {
  try {
    const member = memberOf(value, place.key)
    const plain = copy(member, place)
    return { plain, error: isError(member) && isPlainObject(plain) ? plain : undefined }
  } catch (error) {
    if (error === place.budget.exceeded) throw error
    return { plain: plainError(error), error: undefined }
  }
}

/** `{ ok: false, error: new Error('x') }` says the same as the error itself, beside its other keys. */
function flattenFailure(plain: PlainObject, failure: PlainObject): PlainObject {
  const { error = null, stacktrace } = failure
  const flat = { ...plain, error, ...(stacktrace !== undefined && { stacktrace }) }
  return DEGRADES in failure ? Object.defineProperty(flat, DEGRADES, { value: true }) : flat
}

/** Whether a plain value is an object other than an array. */
export function isPlainObject(value: Plain | undefined): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
