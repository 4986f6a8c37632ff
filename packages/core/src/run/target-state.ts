import type { Verdict } from '../report/evaluate.ts'
import type { Policy } from '../types/policy.ts'

/** What is remembered of a target from run to run. */
export interface TargetHistory {
  /** Consecutive failed runs. */
  readonly failures: number
  /** Consecutive successful runs while the target is down. */
  readonly successes: number
  /** Consecutive busy runs without progress. */
  readonly stalled: number
  /** The latest progress that a busy pool reported, and when it changed, as a reading of `performance.now()`. */
  readonly progress?: number | undefined
  readonly progressAt: number
  /** Whether it failed often enough, and has not yet recovered. */
  readonly isDown: boolean
  /** When its latest successful run ended, in milliseconds since the epoch. */
  readonly lastOkAt?: number | undefined
  /** When the latest counted failure ended, as a reading of `performance.now()`, which clock changes do not affect. */
  readonly countedUntil: number
  /** When the latest run ended, as a reading of `performance.now()`. */
  readonly endedAt: number
}

/** The history of a target that has not run yet. */
export const NO_HISTORY: TargetHistory = {
  failures: 0,
  successes: 0,
  stalled: 0,
  progressAt: 0,
  isDown: false,
  countedUntil: Number.NEGATIVE_INFINITY,
  endedAt: Number.NEGATIVE_INFINITY,
}

/** When a run took place. */
interface Times {
  readonly startedAt: number
  readonly began: number
  readonly duration: number
}

/** The history after a run, and the state and error that the report shows. */
export interface Step {
  readonly history: TargetHistory
  readonly state: Verdict['state']
  readonly error?: string | undefined
}

/** Applies one run to the history of a target: a row of the table of states. */
export function advance(before: TargetHistory, verdict: Verdict, times: Times, policy: Policy): Step {
  const history = { ...before, endedAt: times.began + times.duration }
  if (verdict.state === 'ok') return afterSuccess(history, times, policy)
  const next =
    verdict.state === 'failing'
      ? afterFailure(history, times, policy)
      : afterDegraded(history, verdict, times, policy)
  const state = next.isDown ? 'failing' : 'degraded'
  return { history: next, state, error: verdict.error }
}

function afterSuccess(history: TargetHistory, { startedAt, duration }: Times, policy: Policy): Step {
  const { successThreshold = 1, slowAfter } = policy
  const successes = history.isDown ? history.successes + 1 : 0
  const isDown = history.isDown && successes < successThreshold
  const lastOkAt = Math.round(startedAt + duration)
  const next: TargetHistory = {
    ...history,
    failures: 0,
    stalled: 0,
    progress: undefined,
    successes: isDown ? successes : 0,
    isDown,
    lastOkAt,
  }
  if (isDown) {
    return {
      history: next,
      state: 'failing',
      error: `recovering, ${successes} of ${successThreshold} successful runs`,
    }
  }
  if (slowAfter === undefined || duration <= slowAfter) return { history: next, state: 'ok' }
  const error = `took ${Math.round(duration)} ms, more than ${slowAfter} ms`
  return { history: next, state: 'degraded', error }
}

function afterFailure(history: TargetHistory, { began, duration }: Times, policy: Policy): TargetHistory {
  const { failureThreshold = 1 } = policy
  const isCounted = began >= history.countedUntil // runs that overlap are one failure
  const failures = history.failures + (isCounted ? 1 : 0)
  return {
    ...history,
    failures,
    successes: 0,
    isDown: history.isDown || history.lastOkAt === undefined || failures >= failureThreshold,
    countedUntil: isCounted ? began + duration : history.countedUntil,
  }
}

function afterDegraded(
  history: TargetHistory,
  { progress }: Verdict,
  times: Times,
  policy: Policy,
): TargetHistory {
  const { timeout = 5000, failureThreshold = 1 } = policy
  const now = times.began + times.duration
  if (progress === undefined || progress !== history.progress) {
    return { ...history, stalled: 0, progress, progressAt: now }
  }
  const stalled = history.stalled + 1
  const isDown = history.isDown || (stalled >= failureThreshold && now - history.progressAt >= 3 * timeout)
  return { ...history, stalled, isDown }
}
