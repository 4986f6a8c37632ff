import { fail } from 'node:assert/strict'
import type { Probe } from '@watchman/core'
import { errorMessage, memberOf } from '@watchman/core/driver'
import { SETTLE_TIME } from './time-limits.ts'
import { within } from './within.ts'

/** The outcome of a run. */
export type RunOutcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/** A run of a probe. */
export interface ProbeRun {
  readonly probe: Probe
  readonly signal: AbortSignal
  /** Resolves when the probe has settled. Never rejects. */
  readonly outcome: Promise<RunOutcome>
  /** Resolves when its cleanup has ended too, where the probe rejected with `settlesLater`. Never rejects. */
  readonly cleanedUp: Promise<RunOutcome>
  /** Aborts its signal, as the runner does at the timeout. */
  readonly abort: () => void
}

/** Starts a run of a probe. With `aborted` its signal has aborted before. */
export function startRun(probe: Probe, signalState?: 'aborted'): ProbeRun {
  const controller = new AbortController()
  const { signal } = controller
  const abort = () => controller.abort(new Error('timed out'))
  if (signalState === 'aborted') abort()
  const outcome = outcomeOf(probe, signal)
  return { probe, signal, abort, outcome, cleanedUp: outcome.then(cleanUp) }
}

async function outcomeOf(probe: Probe, signal: AbortSignal): Promise<RunOutcome> {
  try {
    await probe(signal)
    return { ok: true }
  } catch (error) {
    return { ok: false, error }
  }
}

async function cleanUp(outcome: RunOutcome): Promise<RunOutcome> {
  try {
    await cleanupOf(outcome)
  } catch {
    // How the cleanup ends is not part of the outcome.
  }
  return outcome
}

/** The promise that the probe gave `settlesLater`; undefined where there is none. */
function cleanupOf(outcome: RunOutcome): unknown {
  return outcome.ok ? undefined : memberOf(outcome.error, 'settled')
}

/** Whether the probe rejected before its cleanup ended. */
export function hasCleanup(outcome: RunOutcome): boolean {
  return cleanupOf(outcome) !== undefined
}

/** Runs a probe, cleanup included. It is aborted after `deadline` milliseconds, as its client may try for longer to connect. */
export async function runToEnd(probe: Probe, deadline: number): Promise<RunOutcome> {
  const run = startRun(probe)
  const timer = setTimeout(run.abort, deadline)
  try {
    return await within(run.cleanedUp, deadline + SETTLE_TIME, 'the probe did not settle')
  } finally {
    clearTimeout(timer)
  }
}

/** Asserts that a run resolved. */
export function assertResolved(outcome: RunOutcome, when: string): void {
  if (!outcome.ok) fail(`the probe rejected ${when}: ${errorMessage(outcome.error)}`)
}
