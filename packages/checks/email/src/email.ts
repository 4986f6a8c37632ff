import { type Check, type CheckOptions, defineProbeCheck, type ProbeCheck, type Target } from '@watchman/core'
import { isRecord, withAlias } from '@watchman/core/driver'

/**
 * Makes the check `email` of one probe, `{"email":{"ok":true}}`, or of named ones, which answer a list sorted by name:
 * `{"email":[{"newsletter":{"ok":true}},{"receipts":{"ok":true}}]}`. Its alias is `watchman.checks.email`. Without a `ttl`
 * a result is reused for 60000 ms. A failure is reused for as long as a success, unless `failureTtl` is set, so that polling
 * neither floods a mailbox nor locks an account.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for options that cannot work.
 * @example
 * email(nodemailerProbe(transporter), { timeout: 10_000 })
 */
export function email(targets: ProbeCheck['targets'], options: CheckOptions = {}): Check {
  const all = withAlias('email', options, 'watchman.checks.email')
  const { ttl = 60_000, failureTtl } = all
  const own = isRecord(targets) ? withFailureTtl(targets, failureTtl) : targets
  return defineProbeCheck('email', own, { ...all, ttl, failureTtl: failureTtl ?? ttl })
}

/** Sets the `failureTtl` of targets with a `ttl` of their own. */
function withFailureTtl(
  targets: Readonly<Record<string, Target>>,
  failureTtl: number | undefined,
): Readonly<Record<string, Target>> {
  const entries = Object.entries(targets).map(([name, target]) => {
    if (!isRecord(target) || target.ttl === undefined) return [name, target]
    return [name, { ...target, failureTtl: target.failureTtl ?? failureTtl ?? target.ttl }]
  })
  return Object.fromEntries(entries)
}
