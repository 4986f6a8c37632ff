import { isWatchmanError } from '@watchman/core'
import { messageOf } from './failure.ts'

// As in "option timeout of storage must be a number from 1, not NaN".
const MESSAGE = /^option \w+ of \w+ (must be .+), not [^,]+$/

/**
 * Returns what an option must be, as in "must be a number from 1", from an error about its value; undefined for other
 * errors. The option and the type of the value mean nothing to the user of a variable or a parameter that sets it.
 */
export function optionRule(error: unknown): string | undefined {
  return isWatchmanError(error) ? MESSAGE.exec(messageOf(error))?.[1] : undefined
}
