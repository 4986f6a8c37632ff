import { fail } from 'node:assert/strict'
import type { Probe } from '@watchman/core'
import { SOON } from './patience.ts'
import { within } from './within.ts'
import { wordsOf } from './words-of.ts'

/** What a run came to. */
export type Settled = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/** A run of a probe. */
export interface Run {
  readonly probe: Probe
  readonly signal: AbortSignal
  /** Ends with the run, and never rejects. */
  readonly settled: Promise<Settled>
  /** Ends with all that the run has left to be done. */
  readonly ended: Promise<Settled>
  /** Tells the run to give up, as the runner does at its deadline. */
  readonly abort: () => void
}

/** Starts a run of a probe, with a signal that has aborted before if so told. */
export function runOf(probe: Probe, before?: 'aborted'): Run {
  const controller = new AbortController()
  const { signal } = controller
  const abort = () => controller.abort(new Error('timed out'))
  if (before) abort()
  const settled = settle(probe, signal)
  return {
    probe,
    signal,
    abort,
    settled,
    ended: settled.then(async (outcome) => {
      if (!outcome.ok) await Promise.resolve(Object(outcome.error).until).catch(() => {})
      return outcome
    }),
  }
}

async function settle(probe: Probe, signal: AbortSignal): Promise<Settled> {
  try {
    await probe(signal)
    return { ok: true }
  } catch (error) {
    return { ok: false, error }
  }
}

/**
 * Runs a probe to the end of all it has to do. After `deadline` milliseconds it is told to give up, since its client may
 * try for longer to reach a backend.
 */
export async function runFor(probe: Probe, deadline: number): Promise<Settled> {
  const run = runOf(probe)
  const timer = setTimeout(run.abort, deadline)
  try {
    return await within(run.ended, deadline + SOON, 'the probe did not settle')
  } finally {
    clearTimeout(timer)
  }
}

/** Asserts that a run resolved. */
export function ensureResolved(outcome: Settled, when: string): void {
  if (!outcome.ok) fail(`the probe rejected ${when}: ${wordsOf(outcome.error)}`)
}

/** Whether a run has left something to be done: its error says until when. */
export function hasMoreToDo(outcome: Settled): boolean {
  return !outcome.ok && Object(outcome.error).until !== undefined
}
