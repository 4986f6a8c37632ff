import { isWatchmanError, type WatchmanError } from '@watchman/core'

/** Returns the `WatchmanError` that `action` throws. Fails where it throws anything else, or nothing. */
export function thrownBy(action: () => unknown): WatchmanError {
  try {
    action()
  } catch (error) {
    if (isWatchmanError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
