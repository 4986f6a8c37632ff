import { type Check, type CheckOptions, defineProbeCheck, type Target } from '@watchman/core'
import { namedTargets, withAlias } from '@watchman/core/driver'

/**
 * Makes the check `services` of named probes, which answer a list sorted by name:
 * `{"services":[{"payments":{"ok":true}},{"search":{"ok":true}}]}`. Its alias is `watchman.checks.services`.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for options that cannot work.
 * @example
 * services({ payments: httpProbe('https://payments.example/ping'), search: tcpProbe('search.internal', 9300) }, { critical: false })
 */
export function services(targets: Readonly<Record<string, Target>>, options: CheckOptions = {}): Check {
  const all = withAlias('services', options, 'watchman.checks.services')
  return defineProbeCheck('services', namedTargets('services', targets), all)
}
