import { type DegradedOptions, degraded } from '@watchman/core/driver'
import type { PoolOptions } from './pool-options.ts'

/** Makes the error for a pool without a free connection: it degrades or fails the target, as the option `busy` says. */
export function busyError(message: string, { busy }: PoolOptions, reason: DegradedOptions): Error {
  return busy === 'failing' ? new Error(message, { cause: reason.cause }) : degraded(message, reason)
}
