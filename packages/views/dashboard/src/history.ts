import type { Report, State, TargetResult } from '@watchman/core'

/** What is known of a target since the process started. */
export interface Past {
  /** Its latest runs, the oldest first. */
  readonly runs: readonly TargetResult[]
  /** When its present state was first seen, in milliseconds since the epoch. */
  readonly since: number
  /** Whether it was in another state before: if not, it may have been in this one for longer. */
  readonly changed: boolean
}

/** Remembers the latest runs of each target. */
export interface History {
  /** Takes in a report. */
  add(report: Report): void
  /** What is known of a target as it is now: no runs where it was not run yet. */
  of(check: string, target: TargetResult): Past
}

/** Makes a memory of `limit` runs a target. */
export function createHistory(limit: number): History {
  const pasts = new Map<string, Past>()
  return {
    add({ results }) {
      for (const { name, targets } of results) {
        for (const target of targets) {
          const key = keyOf(name, target)
          const past = pasts.get(key)
          if (target.state === 'pending') continue
          if (past && isKnown(past, target)) continue
          pasts.set(key, following(past, target, limit))
        }
      }
    },
    of: (check, target) => pasts.get(keyOf(check, target)) ?? { runs: [], since: 0, changed: false },
  }
}

/** A result that is reused recurs; one that has become stale recurs in another state. */
function isKnown({ runs }: Past, { startedAt, state }: TargetResult): boolean {
  return runs.some((run) => run.startedAt === startedAt && run.state === state)
}

function following(past: Past | undefined, target: TargetResult, limit: number): Past {
  const runs = [...(past?.runs ?? []), target].slice(-limit)
  if (!past) return { runs, since: target.startedAt, changed: false }
  const stays = stateOf(past) === target.state
  return { runs, since: stays ? past.since : target.startedAt, changed: past.changed || !stays }
}

function stateOf({ runs }: Past): State | undefined {
  return runs.at(-1)?.state
}

function keyOf(check: string, { name }: TargetResult): string {
  return JSON.stringify([check, name])
}
