import { isFunction, isObject, memberOf, typeTag } from '../options/guards.ts'

/**
 * Whether a value is an error, of any realm: also one with its own tag, or one that only inherits from an error.
 * Never throws.
 */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  try {
    return typeTag(value) === 'Error' || inheritsFromError(value)
  } catch {
    return false // a proxy that cannot be inspected
  }
}

/** How long a prototype chain may be. A proxy can pretend to have an endless one. */
const MAX_DEPTH = 100

function inheritsFromError(value: object): boolean {
  let prototype: unknown = Object.getPrototypeOf(value)
  for (let depth = 0; isObject(prototype) && depth < MAX_DEPTH; depth += 1) {
    if (isErrorPrototype(prototype)) return true
    prototype = Object.getPrototypeOf(prototype)
  }
  return false
}

/** `instanceof` knows the errors of one realm only; `Error.prototype` looks the same in each. */
function isErrorPrototype(prototype: object): boolean {
  if (!Object.hasOwn(prototype, 'message') || !Object.hasOwn(prototype, 'name')) return false
  const type = memberOf(prototype, 'constructor')
  return isFunction(type) && type.name === 'Error'
}
