import { busyError } from './busy-error.ts'
import type { PoolOptions } from './pool-options.ts'

/** Returns the error of a query. PgBouncer reports one where none of its connections to the server became free in time. */
export function explainPgbouncer(error: unknown, options: PoolOptions): unknown {
  if (!String(error).includes('query_wait_timeout')) return error
  return busyError('PgBouncer has no free connection to the server', options, { cause: error })
}
