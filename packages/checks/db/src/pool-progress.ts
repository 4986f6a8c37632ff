import type { PooledConnection } from './pool-driver.ts'

/**
 * Returns a function that counts what has happened on the connections of a pool since it was first called. The count stays the
 * same while every connection is in use and none of them receives anything or is given back: then the pool is stuck, not busy.
 */
export function countProgress(connections: () => readonly PooledConnection[]): () => number {
  const seen = new WeakMap<object, number>()
  let progress = 0
  return () => {
    for (const { identity, activity } of connections()) {
      progress += Math.max(0, activity - (seen.get(identity) ?? 0))
      seen.set(identity, activity)
    }
    return progress
  }
}
