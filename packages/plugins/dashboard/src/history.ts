import type { TargetResult } from '@watchman/core'

/** One run of a target. Errors and details are left out, so that the history stays small. */
export type Run = Pick<TargetResult, 'state' | 'startedAt' | 'duration'>

/** What is remembered of a target. */
interface TargetHistory {
  /** Its latest runs, the oldest first. */
  readonly runs: readonly Run[]
  /** The `since` of its first result. While a result has the same, the state has never changed in this process. */
  readonly firstSince?: number | undefined
}

/** The latest runs of each target. */
export interface History {
  /** Adds a completed run. */
  add(result: TargetResult): void
  /** Returns the history of the target with this id. */
  get(id: string): TargetHistory
}

/** Makes a history of the latest `limit` runs of each target. */
export function createHistory(limit: number): History {
  const targets = new Map<string, TargetHistory>()
  const get = (id: string): TargetHistory => targets.get(id) ?? { runs: [] }
  return {
    add({ id, state, startedAt, duration, since }) {
      const { runs, firstSince = since } = get(id)
      targets.set(id, { runs: [...runs, { state, startedAt, duration }].slice(-limit), firstSince })
    },
    get,
  }
}
