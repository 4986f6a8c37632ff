import type { CheckResult, Report, State } from '@watchman/core'
import { type Facts, factsOf } from './facts.ts'
import type { History, Past } from './history.ts'

/** How a row shows its state: a failure for want of an answer in time is shown as that. */
export type Mark = State | 'timed-out'

/** One target as the page shows it. */
export interface Row extends Facts, Past {
  /** The same from report to report, for a report of the same checks. */
  readonly id: string
  /** The target's name; the check's where it has no named targets. */
  readonly name: string
  readonly mark: Mark
  readonly state: State
  readonly startedAt: number
  readonly duration: number
}

/** One check as the page shows it. */
export interface Group {
  readonly id: string
  readonly name: string
  readonly state: State
  /** What it says beside its targets. */
  readonly facts: Facts
  /** Its targets, problems first. */
  readonly rows: readonly Row[]
  /** Whether its targets have names of their own. */
  readonly isNamed: boolean
}

const RANK: Readonly<Record<State, number>> = { failing: 0, degraded: 1, pending: 2, ok: 3 }

/** The checks of a report, problems first, and else in its order. */
export function groupsOf({ results }: Report, history: History): readonly Group[] {
  return results.map((result, index) => groupOf(result, `c${index}`, history)).sort(byState)
}

function groupOf(result: CheckResult, id: string, history: History): Group {
  const { name, state, dict, targets } = result
  const isNamed = Boolean(targets[0]?.name)
  const told = Object.hasOwn(dict, name) && Object.keys(dict).length === 1 ? dict[name] : dict
  const isList = isNamed && Array.isArray(told) && told.length === targets.length
  // The check itself can fail for another's keys.
  const isToldByTargets = targets.some((target) => target.state === state)
  const rows = targets.map((target, index): Row => {
    const value: unknown = isList ? Object(told[index])[target.name] : undefined
    const facts = factsOf(isNamed ? value : told)
    const shown = isToldByTargets ? target.state : state
    const isLate = shown === 'failing' && facts.causes.some(({ text }) => /timed out after/.test(text))
    const past = history.of(name, target)
    const { startedAt, duration } = target.state === 'pending' ? (past.runs.at(-1) ?? target) : target
    return {
      ...facts,
      ...past,
      id: `${id}t${index}`,
      name: target.name || name,
      mark: isLate ? 'timed-out' : shown,
      state: shown,
      startedAt,
      duration,
    }
  })
  const facts = factsOf(isNamed && !isList ? told : undefined)
  return { id, name, state, facts, rows: rows.sort(byState), isNamed }
}

export function byState(a: { readonly state: State }, b: { readonly state: State }): number {
  return RANK[a.state] - RANK[b.state]
}
