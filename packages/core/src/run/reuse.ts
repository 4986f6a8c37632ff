import type { Policy } from '../types/policy.ts'

/** A failure is reused for no more than this many milliseconds, so that a recovery shows soon. */
const MAX_FAILURE_TTL = 1000

/** A background result expires after this many intervals. */
const STALE_INTERVALS = 3

/** For how many milliseconds the result of a run is reused. */
export function reuseFor(isOk: boolean, { ttl = 0, failureTtl, interval }: Policy): number {
  if (interval !== undefined) return STALE_INTERVALS * interval
  return isOk ? ttl : (failureTtl ?? Math.min(ttl, MAX_FAILURE_TTL))
}
