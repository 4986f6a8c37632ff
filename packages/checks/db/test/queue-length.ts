import { memberOf } from '@watchman/core/driver'

/** Returns the length of a queue that a pool of mysql2 keeps private. */
export function queueLength(pool: object, queue: string): number {
  return Number(memberOf(memberOf(pool, queue), 'length'))
}
