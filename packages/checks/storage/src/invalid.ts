import { WatchmanError } from '@watchman/core'

/** @throws WatchmanError `INVALID_OPTION` with `message`. */
export function invalid(message: string): never {
  throw new WatchmanError('INVALID_OPTION', message)
}
