import { type Check, type CheckPolicy, defineProbeCheck, type Probe } from '@watchman/core'

/**
 * Makes the check `services` of named probes, which answer a list sorted by name:
 * `{"services":[{"payments":{"ok":true}},{"search":{"ok":true}}]}`. It also answers to `watchman.checks.services`.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for a policy that cannot work.
 * @example
 * services({ payments: http('https://payments.example/ping'), search: tcp('search.internal', 9300) }, { critical: false })
 */
export function services(probes: Readonly<Record<string, Probe>>, policy: CheckPolicy = {}): Check {
  const { aliases = [] } = policy
  return defineProbeCheck('services', probes, {
    ...policy,
    aliases: ['watchman.checks.services', ...aliases],
  })
}
