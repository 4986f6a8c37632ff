import type { NormalizedCheck, NormalizedTarget } from '../options/normalize-check.ts'
import { callSafely } from '../report/call-safely.ts'
import { evaluateDict, evaluateError, evaluateProbe, type Verdict } from '../report/evaluate.ts'
import type { Log } from '../report/log.ts'
import type { Presenter } from '../report/present.ts'
import type { Redactor } from '../report/redact.ts'
import type { Dict } from '../types/check.ts'
import type { Policy } from '../types/policy.ts'
import type { TargetResult } from '../types/report.ts'
import { type Completion, createGuard } from './guard.ts'
import { reuseFor } from './reuse.ts'
import { type OwnedWrapper, runWrapped } from './run-wrapped.ts'
import { advance, NO_HISTORY } from './target-state.ts'
import type { RunResult } from './with-timeout.ts'

/** A request for a report. */
export interface Call {
  /** The request, made when a check function needs it. */
  readonly request: () => Request
  readonly raw?: unknown
  /** Whether functions need not run for this request alone, since nothing shows what they return. */
  readonly joins?: boolean
}

/** One target: its guard, its state and its latest result. */
export interface TargetMonitor {
  readonly id: string
  readonly name: string
  readonly policy: Policy
  /** Whether its result is the same for all requests. A function without a `ttl` sees its own request. */
  readonly isShared: boolean
  /** Runs it unless its result is fresh. Never rejects. */
  ask(call: Call): Promise<TargetResult>
  /** Runs it for the requests that follow. Never rejects. */
  refresh(call: Call): Promise<unknown>
  /** The latest result without running it. */
  snapshot(): TargetResult
  /** The same result with `causedBy`, where it fails because the target that it depends on does. */
  withCause(result: TargetResult): TargetResult
  /** Whether it fails or has not yet recovered, whatever its thresholds and `critical` make of that. */
  isDown(): boolean
  /** The result while a run is in progress that takes too long: the latest one unless it is too old, else pending. */
  fallback(): TargetResult
  /** Until when the latest result is reused, as a reading of `performance.now()`. */
  expires(): number
  /** Aborts what runs, and starts nothing more. */
  close(reason: Error): void
}

/** A check and the monitors of its targets, or of those that were selected. */
export interface MonitoredCheck extends NormalizedCheck {
  readonly monitors: readonly TargetMonitor[]
}

/** What all monitors of a watchman share. */
export interface MonitorContext {
  readonly presenter: Presenter
  readonly redactor: Redactor
  readonly log: Log
  readonly wrappers: readonly OwnedWrapper[]
  /** How many characters of JSON the result of a run may take. */
  readonly maxSize: number
  /** Whether the watchman has been closed. */
  readonly isClosed: () => boolean
  /** Called for each completed run. */
  readonly onResult: (result: TargetResult, previous: TargetResult | undefined) => void
  /** Whether the target with this id fails. */
  readonly isFailing: (id: string) => boolean
}

/** A result that is older than this many timeouts is not shown in place of one that is due. */
const MAX_FALLBACK_AGE = 3

/** Makes the monitor of a target of `check`. `policy` has the defaults applied. */
export function createTargetMonitor(
  check: NormalizedCheck,
  target: NormalizedTarget,
  policy: Policy,
  { presenter, redactor, log, wrappers, maxSize, isClosed, onResult, isFailing }: MonitorContext,
): TargetMonitor {
  const { name, probe, run } = target
  const { timeout = 5000, interval, critical, dependsOn } = policy
  const id = name ? `${check.name}.${name}` : check.name
  const identity = { id, check: check.name, name }
  const isShared = policy.ttl !== undefined || interval !== undefined
  const pending: TargetResult = Object.freeze({
    ...identity,
    state: 'pending',
    error: presenter.error('no result yet'),
    startedAt: 0,
    duration: 0,
    since: Date.now(),
    failures: 0,
  })
  let history = NO_HISTORY
  let latest = pending

  async function runOnce(signal: AbortSignal, call: Call): Promise<unknown> {
    log.warnOnce(id, probe?.setupWarning)
    if (probe) return probe(signal)
    return run?.(call.request(), { signal, raw: call.raw })
  }

  function runTarget(signal: AbortSignal, call: Call): Promise<unknown> {
    if (wrappers.length === 0) return runOnce(signal, call)
    return runWrapped(() => runOnce(signal, call), wrappers, { check: check.name, name })
  }

  function judge(outcome: RunResult<unknown>): Verdict {
    if (!outcome.ok) return evaluateError(outcome.error)
    try {
      return probe ? evaluateProbe(outcome.value, maxSize) : evaluateDict(outcome.value, maxSize)
    } catch (error) {
      return evaluateError(error)
    }
  }

  /** Asked after each run: a driver may learn its client's password late, or a new one. */
  function learnSecrets(): void {
    const secrets = probe?.secrets
    if (secrets) callSafely(() => redactor.learn(identity, secrets()))
  }

  /** The details of a run as the report shows them. A function that is still recovering must not look ok. */
  function detailsOf({ state, details }: Verdict, shownState: Verdict['state']): Dict | undefined {
    if (probe && shownState !== 'ok') return presenter.failureDetails(details)
    if (run && state === 'ok' && shownState === 'failing') return undefined
    return details && presenter.object(details)
  }

  function complete(outcome: RunResult<unknown>): Completion<TargetResult> {
    if (isClosed()) return { result: latest, isOk: false } // a run that close() has aborted says nothing about the backend
    learnSecrets()
    const verdict = judge(outcome)
    const step = advance(history, verdict, outcome, policy)
    const previous = latest === pending ? undefined : latest
    const state = step.state === 'failing' && critical === false ? 'degraded' : step.state
    const { startedAt, duration } = outcome
    history = step.history
    latest = Object.freeze({
      ...identity,
      state,
      error: presenter.error(step.error),
      stacktrace: presenter.stacktrace(verdict.stacktrace),
      ...(!outcome.ok && outcome.timedOut && { timedOut: true }),
      details: detailsOf(verdict, step.state),
      startedAt,
      duration,
      since: previous?.state === state ? previous.since : Date.now(),
      lastOkAt: history.lastOkAt,
      failures: history.failures,
    })
    log.state(id, state, outcome.ok ? describe(verdict, step.error) : outcome.error, duration)
    onResult(withCause(latest), previous)
    return { result: latest, isOk: verdict.state === 'ok' }
  }

  /** Whether it fails or has not yet recovered, whatever its thresholds and `critical` make of that. */
  function isDown(): boolean {
    return history.isDown || history.failures > 0
  }

  /** Names the target that it depends on while both fail. */
  function withCause(result: TargetResult): TargetResult {
    if (dependsOn === undefined || result.state === 'ok' || !isDown() || !isFailing(dependsOn)) return result
    return Object.freeze({ ...result, causedBy: dependsOn })
  }

  /** The latest result. What a function returned to one request is not shown to another. */
  function shareable(): TargetResult {
    const { details, error, stacktrace, ...result } = latest
    return isShared || latest === pending ? latest : Object.freeze(result)
  }

  /** Pending, for the reason `why` and because of overdue runs. */
  function pendingBecause(why: string): TargetResult {
    const overdue = guard.overdue()
    const error = presenter.error(overdue ? `${why}: ${overdue}` : why)
    return Object.freeze({ ...pending, error, lastOkAt: history.lastOkAt, failures: history.failures })
  }

  /** The latest result, unless it is one of the background that should have been replaced long ago. */
  function snapshot(): TargetResult {
    const late = performance.now() - expires()
    if (interval === undefined || latest === pending || late < 0) return shareable()
    const age = Math.round(late + reuseFor(true, policy))
    return pendingBecause(`no result for ${age} ms, though one is due every ${interval} ms`)
  }

  function fallback(): TargetResult {
    const age = performance.now() - history.endedAt
    return age > MAX_FALLBACK_AGE * timeout ? pendingBecause('no result yet') : shareable()
  }

  const guard = createGuard(runTarget, complete, policy)
  const expires = () => guard.latest()?.expires ?? 0

  return {
    ...identity,
    policy,
    isShared,
    ask: async (call) => (await guard.ask(call, call.joins)) ?? fallback(),
    refresh: guard.refresh,
    snapshot,
    withCause,
    isDown,
    fallback,
    expires,
    close: guard.close,
  }
}

/** What the log says of a run that was not thrown: what a function returned, or the error of a probe. */
function describe({ details, stacktrace, state }: Verdict, error: string | undefined): object {
  const isReturned = details !== undefined && state !== 'ok'
  const message = isReturned ? JSON.stringify(details, withoutStacktrace) : error
  return { message, stack: stacktrace }
}

function withoutStacktrace(key: string, value: unknown): unknown {
  return key === 'stacktrace' ? undefined : value
}
