import { oneOf, type Rules } from '@watchman/core/driver'
import { WRITABLE_RULES } from './writable.ts'

/** Options of a driver that uses a pool. */
export interface PoolOptions {
  /**
   * The state while no connection of the pool is free: `'degraded'` keeps the HTTP status 200, because a busy pool is not
   * broken; it fails once nothing has been received over any of the connections for three timeouts. `'failing'` fails the report
   * at once. @default 'degraded'
   */
  readonly busy?: 'degraded' | 'failing' | undefined
  /**
   * Whether the database must accept writes: then each run also asks the server for the settings that forbid them, such as
   * those of a standby. Nothing is written. @default false
   */
  readonly writable?: boolean | undefined
}

/** What these options may contain. */
export const POOL_OPTIONS: Rules<PoolOptions> = { busy: oneOf('degraded', 'failing'), ...WRITABLE_RULES }
