import { oneOf, type Rules } from '@watchman/core/driver'

/** Options of a driver that uses a pool. */
export interface PoolOptions {
  /**
   * The state while no connection of the pool is free: `'degraded'` keeps the HTTP status 200, because a busy pool is not
   * broken; `'failing'` fails the report. @default 'degraded'
   */
  readonly busy?: 'degraded' | 'failing' | undefined
}

/** What these options may contain. */
export const POOL_OPTIONS: Rules<PoolOptions> = { busy: oneOf('degraded', 'failing') }
