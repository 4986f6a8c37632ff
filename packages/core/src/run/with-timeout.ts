import { isObject, memberOf } from '../options/guards.ts'
import { toError } from '../report/error-message.ts'
import type { Awaitable } from '../types/check.ts'
import { setUnrefTimeout } from './unref-timeout.ts'

/** How a single run ended, and when. */
export type RunResult<Value> = RunTimes & (Success<Value> | Failure)

interface RunTimes {
  /** When it started, in milliseconds since the epoch. */
  readonly startedAt: number
  /** The same as a reading of `performance.now()`, which clock changes do not affect. */
  readonly began: number
  /** How long it took, in milliseconds. */
  readonly duration: number
}

interface Success<Value> {
  readonly ok: true
  readonly value: Value
}

interface Failure {
  readonly ok: false
  readonly error: Error
  /** Whether its timeout ended it. */
  readonly timedOut: boolean
}

/** A run that has started. */
export interface Run<Value> {
  /** Resolves when it settles, at its timeout at the latest. Never rejects. */
  readonly result: Promise<RunResult<Value>>
  /** Resolves when the function itself has settled, with the cleanup that its error announced. */
  readonly ended: Promise<void>
  /** Whether it has. */
  readonly hasEnded: () => boolean
  /** Aborts its signal and settles it one turn of the event loop later. */
  readonly abort: (reason: Error) => void
}

/**
 * A timer that is late by more milliseconds was held up by this process, which was stopped or busy: an answer that has arrived
 * meanwhile is read before the run is given up.
 */
const MAX_LATENESS = 250

/**
 * Starts `run` and settles when it does, or when `timeout` milliseconds have passed and its signal has aborted. After that it
 * has one turn of the event loop to say more than that the time is up, by a rejection whose `cause` is `signal.reason`.
 */
export function withTimeout<Value>(
  run: (signal: AbortSignal) => Awaitable<Value>,
  timeout: number,
  message = () => `timed out after ${timeout} ms`,
): Run<Value> {
  const startedAt = Date.now()
  const began = performance.now()
  const controller = new AbortController()
  const { signal } = controller
  let timedOut = false
  let hasEnded = false
  let cancelTimer = () => {}
  let settle = (_: Success<Value> | Failure) => {}

  const result = new Promise<RunResult<Value>>((resolve) => {
    settle = (outcome) => {
      cancelTimer()
      resolve({ startedAt, began, duration: performance.now() - began, ...outcome })
    }
  })
  const abort = (error: Error) => {
    controller.abort(error)
    cancelTimer()
    cancelTimer = setUnrefTimeout(() => settle({ ok: false, error, timedOut }), 0)
  }
  const start = async () => {
    try {
      const value = await run(signal)
      signal.throwIfAborted()
      settle({ ok: true, value })
    } catch (thrown) {
      const error = toError(thrown)
      const { aborted, reason } = signal
      settle({
        ok: false,
        error: aborted && safeMemberOf(error, 'cause') !== reason ? reason : error,
        timedOut,
      })
      const cleanup = cleanupOf(error)
      if (cleanup) await cleanup.catch(() => {}) // the failure itself has been reported
    }
    hasEnded = true
  }

  const giveUp = () => {
    timedOut = true
    abort(new Error(message()))
  }
  cancelTimer = setUnrefTimeout(() => {
    const lateness = performance.now() - began - timeout
    if (lateness <= MAX_LATENESS) giveUp()
    else cancelTimer = setUnrefTimeout(giveUp, MAX_LATENESS)
  }, timeout)
  return { result, ended: start(), hasEnded: () => hasEnded, abort }
}

/** The promise in `error.settled`, by which a run delays the next one until its cleanup has finished. */
function cleanupOf(error: unknown): Promise<unknown> | undefined {
  const settled = safeMemberOf(error, 'settled')
  return isObject(settled) ? Promise.resolve(settled) : undefined
}

function safeMemberOf(error: unknown, name: string): unknown {
  try {
    return memberOf(error, name)
  } catch {
    return undefined
  }
}
