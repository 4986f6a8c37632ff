import { describeType, isFunction, memberOf } from '../options/guards.ts'
import { assertOption } from '../options/validate.ts'
import type { Endpoint, Handle } from './types.ts'

/** Where a watchman and its views keep their `Handle`. Shared by all copies of this module. */
const HANDLE = Symbol.for('watchman.handle')

/** Lets an adapter mount `endpoint` by `handle`. */
export function withHandle<Value extends object>(endpoint: Value, handle: Handle): Value {
  return Object.defineProperty(endpoint, HANDLE, { value: handle })
}

/**
 * Returns the function that answers the requests of an adapter, which errors call `owner`. It works with a watchman of another
 * copy of this package, too.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of `watchman.status`, `bare` and `ping`.
 * @example
 * const handle = handleOf(watchman, 'myHandler')
 * const response = await handle({ method: 'GET', path: '/ping', search: '', header: () => undefined, request })
 */
export function handleOf(endpoint: Endpoint, owner: string): Handle {
  const handle = memberOf(endpoint, HANDLE)
  assertOption(
    isHandle(handle),
    `${owner} expects a watchman or one of its functions such as watchman.bare, not ${describeType(endpoint)}`,
  )
  return handle
}

function isHandle(value: unknown): value is Handle {
  return isFunction(value)
}
