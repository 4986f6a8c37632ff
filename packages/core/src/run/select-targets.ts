import type { Selection } from '../types/plugin.ts'
import type { MonitoredCheck } from './target-monitor.ts'

/** What a selection leaves, and the names in it that do not exist. */
export interface Selected {
  /** `checks` itself where nothing was selected. */
  readonly checks: readonly MonitoredCheck[]
  readonly unknown: readonly string[]
}

/** Makes the function that selects targets of these checks. */
export function createSelector(checks: readonly MonitoredCheck[]): (selection: Selection) => Selected {
  const idsByName = indexByName(checks)

  return ({ check, skip }) => {
    if (!check && !skip) return { checks, unknown: [] }
    const unknown: string[] = []
    const collect = (names: readonly string[]) => {
      const found = names.map((name) => [name, idsByName.get(name) ?? []] as const)
      // One by one: a query may contain more names than a call takes arguments.
      for (const [name, ids] of found) if (ids.length === 0) unknown.push(name)
      return new Set(found.flatMap(([, ids]) => ids))
    }
    const included = check && collect(check)
    const excluded = collect(skip ?? [])
    const left = checks.map((one) => ({
      ...one,
      monitors: one.monitors.filter(({ id }) => (!included || included.has(id)) && !excluded.has(id)),
    }))
    return { checks: left.filter(({ monitors }) => monitors.length > 0), unknown }
  }
}

/** The ids of the targets that each name stands for. Of two readings of `a.b.c`, the one with the longer name of a check counts. */
function indexByName(checks: readonly MonitoredCheck[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, readonly string[]>()
  const named = checks
    .flatMap((check) => [check.name, ...check.aliases].map((name) => ({ name, check })))
    .sort((one, other) => one.name.length - other.name.length)
  for (const { name, check } of named) {
    if (check.isNamed) for (const monitor of check.monitors) ids.set(`${name}.${monitor.name}`, [monitor.id])
  }
  for (const { name, check } of named) {
    ids.set(
      name,
      check.monitors.map(({ id }) => id),
    )
  }
  return ids
}
