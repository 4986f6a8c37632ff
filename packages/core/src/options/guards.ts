/** Whether `value` is an object or a function, so that its members can be read. */
export function isObject(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** Whether `value` is an object with keys, such as options: neither a function, an array, a `Map` nor the like. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  const tag = typeTag(value)
  return tag === 'Object' || tag === 'Module' // import * as config
}

/** Whether `value` can be called. */
export function isFunction(value: unknown): value is (...parameters: never) => unknown {
  return typeof value === 'function'
}

/** Whether `value` is a string that contains more than white space. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Returns the member `name` of `value`; undefined where `value` is not an object. */
export function memberOf(value: unknown, name: PropertyKey): unknown {
  return isObject(value) ? value[name] : undefined
}

/** The tag that `Object.prototype.toString` reports, in any realm: `'Object'`, `'Error'`, `'Response'`. */
export function typeTag(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** Describes the type of `value` and never its content, which may be a secret: `'a string'`, `'a Pool'`, `'null'`. */
export function describeType(value: unknown): string {
  if (value === undefined || value === null) return `${value}`
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (typeof value !== 'object') return `a ${typeof value}`
  const name = memberOf(memberOf(value, 'constructor'), 'name')
  const type = isName(name) ? name : 'object'
  return `${/^[aeio]/i.test(type) ? 'an' : 'a'} ${type}` // a URL, a Uint8Array
}
