import { isFunction, memberOf } from '../options/guards.ts'

/**
 * Calls user code without waiting for it. Afterwards, and after the promise that it may return has settled, calls `onSuccess` or
 * `onError`. Never throws.
 */
export function callSafely(
  act: () => unknown,
  onError: (error: unknown) => void = () => {},
  onSuccess: () => void = () => {},
): void {
  try {
    const returned = act()
    if (isFunction(memberOf(returned, 'then'))) Promise.resolve(returned).then(onSuccess, onError)
    else onSuccess()
  } catch (error) {
    onError(error)
  }
}
