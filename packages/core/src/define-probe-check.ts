import type { CheckOptions } from './define-check.ts'
import { CHECK_OPTIONS, normalizeCheck } from './options/normalize-check.ts'
import { validate } from './options/validate.ts'
import type { Check, ProbeCheck } from './types/check.ts'

/**
 * Makes a check of probes. One probe answers `{"name":{"ok":true}}`; named ones, each with its own timeout, single
 * flight and reuse, answer a list sorted by name: `{"name":[{"a":{"ok":true}},{"b":{"ok":true}}]}`.
 *
 * @throws WatchmanError `INVALID_CHECK` without targets, or for one that has no name or is not a probe;
 * `INVALID_OPTION` for a policy that cannot work.
 * @example
 * defineProbeCheck('queues', { main: () => queue.ping(), bulk: { probe: () => bulk.ping(), critical: false } })
 */
export function defineProbeCheck(
  name: string,
  targets: ProbeCheck['targets'],
  options: CheckOptions = {},
): Check {
  const check = { ...validate(name, options, CHECK_OPTIONS), name, targets }
  normalizeCheck('a check', check)
  return check
}
