import { type Check, type CheckPolicy, defineProbeCheck, type Probe } from '@watchman/core'

/**
 * Makes the check `email` of one probe, `{"email":{"ok":true}}`, or of named ones, which answer a list sorted by name:
 * `{"email":[{"newsletter":{"ok":true}},{"receipts":{"ok":true}}]}`. It also answers to `watchman.checks.email`. Its
 * result is reused for 60000 ms unless the policy has a `ttl`, so that polling does not become a flood of mail.
 *
 * @throws WatchmanError `INVALID_CHECK` without a probe, `INVALID_OPTION` for a policy that cannot work.
 * @example
 * email(nodemailer(transporter), { timeout: 10_000 })
 */
export function email(probes: Probe | Readonly<Record<string, Probe>>, policy: CheckPolicy = {}): Check {
  const { ttl = 60_000, aliases = [] } = policy
  return defineProbeCheck('email', probes, {
    ...policy,
    ttl,
    aliases: ['watchman.checks.email', ...aliases],
  })
}
