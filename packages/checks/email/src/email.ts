import { type Check, type CheckOptions, defineProbeCheck, type ProbeCheck } from '@watchman/core'
import { withAlias } from '@watchman/core/driver'

/**
 * Makes the check `email` of one probe, `{"email":{"ok":true}}`, or of named ones, which answer a list sorted by name:
 * `{"email":[{"newsletter":{"ok":true}},{"receipts":{"ok":true}}]}`. Its alias is `watchman.checks.email`. Without a `ttl`
 * a success is reused for 60000 ms, so that polling does not flood the mailbox.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for options that cannot work.
 * @example
 * email(nodemailerProbe(transporter), { timeout: 10_000 })
 */
export function email(targets: ProbeCheck['targets'], options: CheckOptions = {}): Check {
  const all = withAlias('email', options, 'watchman.checks.email')
  return defineProbeCheck('email', targets, { ...all, ttl: all.ttl ?? 60_000 })
}
