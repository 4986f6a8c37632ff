import { type Check, type CheckOptions, defineProbeCheck, type Target } from '@watchman/core'
import { namedTargets, withAlias } from '@watchman/core/driver'

/**
 * Checks databases, each with its own timeout, single flight and reuse: `{"databases":[{"default":{"ok":true}}]}`.
 * Also answers to the name `watchman.checks.databases`.
 *
 * @throws WatchmanError `INVALID_CHECK` without targets, or for one that has no name or is not a probe;
 * `INVALID_OPTION` for a policy that cannot work.
 * @example
 * databases({ default: pgProbe(pool), documents: { probe: mongodbProbe(client), critical: false } }, { timeout: 2000 })
 */
export function databases(targets: Readonly<Record<string, Target>>, options: CheckOptions = {}): Check {
  const all = withAlias('databases', options, 'watchman.checks.databases')
  return defineProbeCheck('databases', namedTargets('databases', targets), all)
}
