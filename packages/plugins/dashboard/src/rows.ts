import type { Report, State, TargetResult } from '@watchman/core'
import { type Details, detailsOf } from './details.ts'
import type { History, Run } from './history.ts'

/** The state that a row shows: a failure by timeout is shown as such. */
export type DisplayState = State | 'timed-out'

/** One target as the page shows it. */
export interface Row extends Details {
  /** Identifies its element: the same in each report of the same checks. */
  readonly id: string
  /** The name of the target, or of the check where it has no named targets. */
  readonly name: string
  readonly state: State
  readonly displayState: DisplayState
  /** Its latest runs, the oldest first. */
  readonly runs: readonly Run[]
  /** When its latest run started and how long it took; undefined before the first one. */
  readonly latest: Pick<Run, 'startedAt' | 'duration'> | undefined
  /** When it entered its state; undefined while it is pending. */
  readonly since: number | undefined
  /** Whether it has been in this state since its first run in this process, and may have been so for longer. */
  readonly isSinceFirstRun: boolean
}

/** One check as the page shows it. */
export interface CheckGroup {
  readonly id: string
  readonly name: string
  /** The worst state of its targets. */
  readonly state: State
  /** Its targets, problems first. */
  readonly rows: readonly Row[]
  /** Whether its targets have names. */
  readonly isNamed: boolean
}

/** All states, the worst first. */
export const STATES: readonly State[] = ['failing', 'pending', 'degraded', 'ok']

/** The checks of a report, problems first, otherwise in its order. */
export function groupsOf({ results }: Report, history: History): readonly CheckGroup[] {
  const checks = new Map<string, TargetResult[]>()
  for (const result of results) checks.set(result.check, [...(checks.get(result.check) ?? []), result])
  return [...checks].map(([name, own], index) => groupOf(name, own, `c${index}`, history)).sort(byState)
}

function groupOf(name: string, results: readonly TargetResult[], id: string, history: History): CheckGroup {
  const rows = results.map((result, index) => rowOf(result, `${id}t${index}`, history)).sort(byState)
  const isNamed = results.some((result) => result.name !== '')
  return { id, name, state: rows[0]?.state ?? 'ok', rows, isNamed }
}

function rowOf(result: TargetResult, id: string, history: History): Row {
  const { check, name, state, timedOut, since } = result
  const { runs, firstSince } = history.get(result.id)
  const isPending = state === 'pending'
  return {
    ...(isPending ? { causes: [], values: [] } : detailsOf(result)),
    id,
    name: name || check,
    state,
    displayState: state === 'failing' && timedOut ? 'timed-out' : state,
    runs,
    latest: isPending ? runs.at(-1) : result,
    since: isPending ? undefined : since,
    isSinceFirstRun: since === firstSince,
  }
}

/** Compares by state, the worst first. */
export function byState(a: { readonly state: State }, b: { readonly state: State }): number {
  return STATES.indexOf(a.state) - STATES.indexOf(b.state)
}
