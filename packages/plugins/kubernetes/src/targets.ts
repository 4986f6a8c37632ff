import type { Group, Host, Report, TargetResult } from '@watchman/core'

/** One target of an endpoint. */
export interface Target {
  readonly id: string
  readonly check: string
  readonly group: Group
}

/** The targets of an endpoint by the path below it: all of them, those of a check, and each of its own. */
export type TargetsByPath = ReadonlyMap<string, readonly Target[]>

/** @throws WatchmanError `INVALID_OPTION` for a name that does not exist. */
export function targetsOf(host: Host, names: readonly string[] | undefined): readonly Target[] {
  const { results } = host.select({ check: names }).snapshot()
  return results.map(({ id, check }) => ({ id, check, group: host.select({ check: [id] }) }))
}

/** `''` has all targets, `'databases'` those of the check, and `'databases/default'` one of them. */
export function byPath(targets: readonly Target[]): TargetsByPath {
  const paths = new Map<string, readonly Target[]>([['', targets]])
  for (const target of targets) {
    const { id, check } = target
    paths.set(check, [...(paths.get(check) ?? []), target])
    if (id !== check) paths.set(`${check}/${id.slice(check.length + 1)}`, [target])
  }
  return paths
}

/** The report of each target; after `deadline` milliseconds, the latest results. */
export async function reportsInTime(
  targets: readonly Target[],
  deadline: number,
): Promise<readonly Report[]> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<readonly Report[]>((resolve) => {
    timer = setTimeout(() => resolve(targets.map(({ group }) => group.snapshot())), deadline)
  })
  try {
    return await Promise.race([Promise.all(targets.map(({ group }) => group.report())), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whether a target works, or is not critical. */
export function isUp({ state }: Report): boolean {
  return state === 'ok' || state === 'degraded'
}

/** Whether all targets of a report were ok once. */
export function wasOk({ results }: Report): boolean {
  return results.length > 0 && results.every((result: TargetResult) => result.lastOkAt !== undefined)
}
