import { type Check, type CheckPolicy, defineProbeCheck, type Probe } from '@watchman/core'

/**
 * Makes the check `storage` of one probe, `{"storage":{"ok":true}}`, or of named ones, which answer a list sorted by
 * name: `{"storage":[{"exports":{"ok":true}},{"uploads":{"ok":true}}]}`. It also answers to `watchman.checks.storage`.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for a policy that cannot work.
 * @example
 * storage({ uploads: fs('./uploads'), exports: s3(client, { bucket: 'exports' }) }, { timeout: 10_000 })
 */
export function storage(probes: Probe | Readonly<Record<string, Probe>>, policy: CheckPolicy = {}): Check {
  const { aliases = [] } = policy
  return defineProbeCheck('storage', probes, { ...policy, aliases: ['watchman.checks.storage', ...aliases] })
}
