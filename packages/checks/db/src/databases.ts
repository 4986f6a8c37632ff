import { type Check, type CheckPolicy, defineProbeCheck, type Probe, WatchmanError } from '@watchman/core'

/**
 * Checks databases, each asked by a probe and guarded by itself: `{"databases":[{"default":{"ok":true}}]}`. Also answers
 * to the name `watchman.checks.databases`.
 *
 * @throws WatchmanError `INVALID_CHECK` without targets, or for one that has no name or is not a function;
 * `INVALID_OPTION` for a policy that cannot work.
 * @example
 * databases({ default: pg(pool), documents: mongodb(client) }, { timeout: 2000 })
 */
export function databases(probes: Readonly<Record<string, Probe>>, policy: CheckPolicy = {}): Check {
  if (typeof probes === 'function')
    throw new WatchmanError(
      'INVALID_CHECK',
      'databases has a target without a name: name it, as in databases({ default: probe })',
    )
  const aliases = ['watchman.checks.databases'].concat(policy.aliases ?? [])
  return defineProbeCheck('databases', probes, { ...policy, aliases })
}
