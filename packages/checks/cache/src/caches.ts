import { type Check, type CheckOptions, defineProbeCheck, type Target } from '@watchman/core'
import { namedTargets, withAlias } from '@watchman/core/driver'

/**
 * Checks caches, each with its own timeout, single flight and reuse:
 * `{"caches":[{"default":{"ok":true}},{"sessions":{"ok":true}}]}`, sorted by name. Also answers to the name
 * `watchman.checks.caches`.
 *
 * @throws WatchmanError `INVALID_CHECK` without targets, or for one that has no name or is not a probe;
 * `INVALID_OPTION` for a policy that cannot work.
 * @example
 * caches({ default: ioredisProbe(redis), sessions: { probe: memjsProbe(client), critical: false } }, { timeout: 2000 })
 */
export function caches(targets: Readonly<Record<string, Target>>, options: CheckOptions = {}): Check {
  const all = withAlias('caches', options, 'watchman.checks.caches')
  return defineProbeCheck('caches', namedTargets('caches', targets), all)
}
