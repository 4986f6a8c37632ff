import { type Check, type CheckOptions, defineProbeCheck, type ProbeCheck } from '@watchman/core'
import { withAlias } from '@watchman/core/driver'

/**
 * Makes the check `storage` of one probe, `{"storage":{"ok":true}}`, or of named ones, which answer a list sorted by
 * name: `{"storage":[{"exports":{"ok":true}},{"uploads":{"ok":true}}]}`. Its alias is `watchman.checks.storage`.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for options that cannot work.
 * @example
 * storage({ uploads: fsProbe('./uploads'), exports: s3Probe(client, { bucket: 'exports' }) }, { timeout: 10_000 })
 */
export function storage(targets: ProbeCheck['targets'], options: CheckOptions = {}): Check {
  return defineProbeCheck('storage', targets, withAlias('storage', options, 'watchman.checks.storage'))
}
