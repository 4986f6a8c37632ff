import { aDelay, assertOption, numberFrom, type Rule, type Rules } from '@watchman/core/driver'

/** Options of `kubernetes`. */
export interface KubernetesOptions {
  /** Names of the checks and targets that the application cannot serve without: `readyz` asks them. @default all */
  readonly ready?: readonly string[] | undefined
  /**
   * Names of the checks and targets that must have been ok once before the application counts as started: `startupz` asks them.
   *
   * @default those of `ready`
   */
  readonly startup?: readonly string[] | undefined
  /**
   * Names of the checks and targets whose failure a restart of the container repairs: `livez` asks them. A restart repairs no backend:
   * a warning is logged for anything but the check `system`. @default none: the process answers
   */
  readonly live?: readonly string[] | undefined
  /**
   * Names of checks and targets in `ready` that all instances depend on, such as a database. Until such a target was ok once it
   * holds the instance back; after that its failure does not: else an outage of the database would take out all instances at once.
   *
   * @default none
   */
  readonly shared?: readonly string[] | undefined
  /**
   * Milliseconds until `readyz`, `startupz` and `livez` answer with the latest results: less than `timeoutSeconds` of the probe.
   *
   * @default 800
   */
  readonly deadline?: number | undefined
  /**
   * An instance that had to wait for a shared target becomes ready up to this many milliseconds later, at random, so that those that
   * waited for the same outage do not all begin at once. With 0 they do. @default 5000
   */
  readonly jitter?: number | undefined
}

const names: Rule = {
  expected: 'a list of names of checks and targets, with at least one',
  matches: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === 'string' && name.trim() !== ''),
}

/** What the options of `kubernetes` may contain. */
export const OPTIONS: Rules<KubernetesOptions> = {
  ready: names,
  startup: names,
  live: names,
  shared: names,
  deadline: aDelay,
  jitter: numberFrom(0, 2 ** 31 - 1),
}

/** @throws WatchmanError `INVALID_OPTION` for shared targets that `ready` does not contain. */
export function assertShared(shared: readonly string[], ready: readonly string[]): void {
  const missing = shared.filter((id) => !ready.includes(id))
  assertOption(
    missing.length === 0,
    `option shared of kubernetes contains ${missing.join(', ')}, which ready does not select`,
  )
}
