import { describeType, memberOf } from '../options/guards.ts'
import { assertOption } from '../options/validate.ts'

/** The members by which a driver recognises its client, with what `typeof` says of each; `'any'` is all but undefined and null. */
export type Members = Readonly<
  Record<string, 'function' | 'object' | 'string' | 'boolean' | 'number' | 'any'>
>

/** Whether `value` is an object or a function with these members. */
export function hasMembers(value: unknown, members: Members): boolean {
  return Object.entries(members).every(([name, type]) => {
    const member = memberOf(value, name)
    return member !== null && (type === 'any' ? member !== undefined : typeof member === type)
  })
}

/**
 * Continues if `fits`, the result of looking at `client`.
 *
 * @throws WatchmanError `INVALID_OPTION` that names the driver, what it expects, and the type of what it was given; never the
 * value, which may be a URL with a password.
 * @example
 * assertClient('pg', client, 'a Pool or Client of the pg package', hasMembers(client, { query: 'function' }))
 */
export function assertClient(driver: string, client: unknown, expected: string, fits: boolean): void {
  assertOption(fits, `${driver}(…) expects ${expected}, not ${describeType(client)}`)
}
