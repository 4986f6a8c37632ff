import type { Awaitable } from '../types/check.ts'
import type { Policy } from '../types/policy.ts'
import { setUnrefTimeout } from './unref-timeout.ts'
import { type RunResult, withTimeout } from './with-timeout.ts'

/** A failure is reused for no more than this many milliseconds, so that a recovery shows soon. */
const MAX_FAILURE_TTL = 1000

/** A background result expires after this many intervals. */
export const STALE_INTERVALS = 3

/** Protects a backend from its callers, and callers from the backend. */
export interface Guard<Input, Result> {
  /** Joins the run in progress, reuses a fresh result, or starts a run. Never rejects. */
  ask(input: Input): Promise<Result>
  /** Joins the run in progress, or starts one. Never rejects. */
  refresh(input: Input): Promise<Result>
  /** The latest result, and until when it is reused as a reading of `performance.now()`. */
  latest(): { readonly result: Result; readonly expires: number } | undefined
  /** Aborts what runs. */
  abort(reason: Error): void
}

/**
 * Limits `run` to `timeout` milliseconds. With a `ttl` callers share one run and reuse its result; with an `interval` they
 * share the latest result; with neither each caller has its own run. A timed-out run that has not settled blocks new
 * runs; callers wait for it up to their own timeout. `complete` is called once for each run that ends, in that order.
 */
export function createGuard<Input, Value, Result>(
  run: (signal: AbortSignal, input: Input) => Awaitable<Value>,
  complete: (run: RunResult<Value>) => Result,
  { timeout = 5000, ttl, failureTtl, interval }: Policy,
): Guard<Input, Result> {
  const isShared = ttl !== undefined || interval !== undefined
  const aborts = new Set<(reason: Error) => void>()
  /** Runs that have been answered but have not settled. */
  const overdue = new Set<Promise<void>>()
  /** Callers that wait for them. */
  const waiting = new Set<(isFree: boolean) => void>()
  let running: Promise<Result> | undefined
  let latest: { readonly result: Result; readonly expires: number } | undefined

  function reuseFor({ ok }: RunResult<Value>): number {
    if (interval !== undefined) return STALE_INTERVALS * interval
    return ok ? (ttl ?? 0) : (failureTtl ?? Math.min(ttl ?? 0, MAX_FAILURE_TTL))
  }

  function finish(outcome: RunResult<Value>): Result {
    running = undefined
    const result = complete(outcome)
    latest = { result, expires: outcome.began + outcome.duration + reuseFor(outcome) }
    return result
  }

  async function start(input: Input, remaining = timeout): Promise<Result> {
    const started = withTimeout((signal) => run(signal, input), remaining, `timed out after ${timeout} ms`)
    aborts.add(started.abort)
    const outcome = await started.result
    aborts.delete(started.abort)
    if (!started.hasEnded()) void keepOverdue(started.ended)
    return finish(outcome)
  }

  async function keepOverdue(ended: Promise<void>): Promise<void> {
    overdue.add(ended)
    await ended
    overdue.delete(ended)
    if (overdue.size === 0) for (const proceed of waiting) proceed(true)
  }

  /** Starts once every overdue run has settled. A caller that is still waiting at its timeout gets the latest result, which is theirs. */
  async function startAfterOverdue(input: Input): Promise<Result> {
    const began = performance.now()
    const isFree = await overdueSettled()
    if (isFree || !latest) return start(input, timeout - (performance.now() - began))
    running = undefined
    return latest.result
  }

  /** Resolves to true when every overdue run has settled, or to false at the timeout or when it is aborted. */
  function overdueSettled(): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isFree: boolean) => {
        cancelTimer()
        waiting.delete(end)
        aborts.delete(abort)
        resolve(isFree)
      }
      const abort = () => end(false)
      const cancelTimer = setUnrefTimeout(abort, timeout)
      waiting.add(end)
      aborts.add(abort)
    })
  }

  const begin = (input: Input) => (overdue.size > 0 ? startAfterOverdue(input) : start(input))
  const refresh = (input: Input) => {
    running ??= begin(input)
    return running
  }

  return {
    refresh,
    async ask(input) {
      if (!isShared) return begin(input)
      const isFresh = latest && (interval !== undefined || performance.now() < latest.expires)
      return latest && isFresh ? latest.result : refresh(input)
    },
    latest: () => latest,
    abort(reason) {
      for (const abort of aborts) abort(reason)
    },
  }
}
