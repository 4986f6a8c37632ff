import type { Check, CheckPolicy, Probe } from './contract.ts'
import { defineCheck } from './define-check.ts'
import { guard } from './guard.ts'
import { kindOf } from './kind-of.ts'
import { ensure, ensureNamed, isFunction } from './validate.ts'

/**
 * Makes a check of probes. One probe answers `{"name":{"ok":true}}`; named ones, each with its own deadline, single
 * flight and reuse, answer a list sorted by name: `{"name":[{"a":{"ok":true}},{"b":{"ok":true}}]}`.
 *
 * @throws WatchmanError `INVALID_CHECK` without targets, or for one that has no name or is not a function; what
 * `defineCheck` throws.
 * @example
 * defineProbeCheck('queues', { main: () => queue.ping() }, { timeout: 2000 })
 */
export function defineProbeCheck(
  name: string,
  probes: Probe | Readonly<Record<string, Probe>>,
  policy: CheckPolicy = {},
): Check {
  const { ttl = 1000 } = policy
  const toTarget = (target: string, probe: Probe) => ({
    ...guard(target, probe, { ...policy, ttl }),
    advice: probe.advice,
  })
  const toTargets = () => {
    if (isFunction(probes)) return [toTarget('', probes)]
    const entries = Object.entries(kindOf(probes) === 'Object' && probes)
    ensure(entries[0], 'INVALID_CHECK', `${name} has no target: name one, as in { default: probe }`)
    for (const [target, probe] of entries)
      ensureNamed(`${name}.${target}`, target, probe, 'a target is a probe')
    return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([target, probe]) => toTarget(target, probe))
  }
  const targets = toTargets()
  const run = async () => {
    const dicts = await Promise.all(
      targets.map(async (target) => {
        const outcome = await target.ask(undefined)
        return { [target.name || name]: outcome.ok ? { ok: true } : outcome.error }
      }),
    )
    return isFunction(probes) ? { ...dicts[0] } : { [name]: dicts }
  }
  return { ...defineCheck(name, run, policy), targets }
}
