import type { Awaitable } from '../types/check.ts'
import type { Policy } from '../types/policy.ts'
import { createConcurrencyLimit } from './concurrency-limit.ts'
import { createOverdueRuns } from './overdue-runs.ts'
import { reuseFor } from './reuse.ts'
import { setUnrefTimeout } from './unref-timeout.ts'
import { type RunResult, withTimeout } from './with-timeout.ts'

/** How many runs of a function without a `ttl` may be in progress. */
const MAX_RUNS = 64

/** After this many timeouts an overdue run no longer counts as one of them. */
const MAX_OVERDUE_TIMEOUTS = 3

/** Protects a backend from its callers, and callers from the backend. */
export interface Guard<Input, Result> {
  /**
   * Reuses a fresh result, joins the run in progress, or starts a run. Resolves to undefined where no run has ended within the
   * timeout, since a run has to wait for overdue ones. A caller that does not need a run of its own `joins` that of others.
   * Never rejects.
   */
  ask(input: Input, joins?: boolean): Promise<Result | undefined>
  /** Joins the run in progress, or starts one as soon as overdue ones allow it. Never rejects. */
  refresh(input: Input): Promise<Result | undefined>
  /** The latest result, and until when it is reused as a reading of `performance.now()`. */
  latest(): { readonly result: Result; readonly expires: number } | undefined
  /** What an error says of overdue runs. Undefined if there are none. */
  overdue(): string | undefined
  /** Aborts what runs, and starts nothing more. */
  close(reason: Error): void
}

/** What a completed run means. */
export interface Completion<Result> {
  readonly result: Result
  readonly isOk: boolean
}

/**
 * Limits `run` to a timeout. With a `ttl` or an `interval` there is one run at a time, which callers share, and its result is
 * reused; a run that has timed out without settling delays the next one, see `createOverdueRuns`. With neither each caller has its own
 * run, and 64 are in progress at most. `complete` is called once for each run that ends, in that order.
 */
export function createGuard<Input, Value, Result>(
  run: (signal: AbortSignal, input: Input) => Awaitable<Value>,
  complete: (run: RunResult<Value>) => Completion<Result>,
  policy: Policy,
): Guard<Input, Result> {
  const { timeout = 5000, ttl, interval } = policy
  const isShared = ttl !== undefined || interval !== undefined
  const aborts = new Set<(reason: Error) => void>()
  const overdue = createOverdueRuns(timeout)
  const limit = createConcurrencyLimit(MAX_RUNS)
  let running: Promise<Result | undefined> | undefined
  let latest: { readonly result: Result; readonly expires: number } | undefined
  let isClosed = false

  function timeoutMessage(): string {
    const earlier = overdue.describe()
    return `timed out after ${timeout} ms${earlier ? `: ${earlier}` : ''}`
  }

  /** Runs once. */
  async function start(input: Input, onEnd?: (settled: Promise<void>) => void): Promise<Result> {
    const started = withTimeout((signal) => run(signal, input), timeout, timeoutMessage)
    aborts.add(started.abort)
    const outcome = await started.result
    aborts.delete(started.abort)
    if (!started.hasEnded()) overdue.add(started.ended)
    onEnd?.(started.ended)
    const { result, isOk } = complete(outcome)
    if (isOk) overdue.writeOff()
    latest = { result, expires: outcome.began + outcome.duration + reuseFor(isOk, policy) }
    return result
  }

  /** Resolves to undefined if `promise` has not resolved after `wait` milliseconds, or when the guard is closed. */
  function within<Resolved>(promise: Promise<Resolved>, wait: number): Promise<Resolved | undefined> {
    return new Promise((resolve) => {
      const end = (value?: Resolved) => {
        cancel()
        aborts.delete(giveUp)
        resolve(value)
      }
      const giveUp = () => end()
      const cancel = setUnrefTimeout(giveUp, wait)
      aborts.add(giveUp)
      void promise.then(end)
    })
  }

  async function startWhenFree(input: Input): Promise<Result | undefined> {
    if (overdue.isBlocking()) await overdue.free()
    return isClosed ? undefined : start(input)
  }

  /** Joins the run in progress, or starts one by `begin`. */
  function join(begin: () => Promise<Result | undefined>): Promise<Result | undefined> {
    running ??= begin().finally(() => {
      running = undefined
    })
    return running
  }

  const refresh = (input: Input) => join(() => startWhenFree(input))

  /** Gives the slot of a run back once the run has settled, or has been overdue for too long to wait for it. */
  function giveBackSlot(settled: Promise<void>): void {
    void within(settled, MAX_OVERDUE_TIMEOUTS * timeout).then(limit.release)
  }

  /** Starts a run, which is not shared, as soon as there is a slot for it. */
  async function runInSlot(input: Input): Promise<Result | undefined> {
    if (limit.take()) return start(input, giveBackSlot)
    const began = performance.now()
    const { slot, leave } = limit.wait()
    const isGiven = await within(slot, timeout)
    if (!isGiven || isClosed) {
      leave()
      return undefined
    }
    return within(start(input, giveBackSlot), timeout - (performance.now() - began))
  }

  async function askShared(input: Input): Promise<Result | undefined> {
    if (latest && performance.now() < latest.expires) return latest.result
    const isWaiting = overdue.isBlocking()
    const next = refresh(input)
    return isWaiting ? within(next, timeout) : next
  }

  return {
    refresh,
    ask(input, joins) {
      if (isClosed) return Promise.resolve(undefined)
      if (isShared) return askShared(input)
      return joins ? join(() => runInSlot(input)) : runInSlot(input)
    },
    latest: () => latest,
    overdue: overdue.describe,
    close(reason) {
      isClosed = true
      for (const abort of aborts) abort(reason)
    },
  }
}
