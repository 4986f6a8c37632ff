import type { Check, CheckPolicy, Dict, Outcome, Probe } from './contract.ts'
import { defineCheck } from './define-check.ts'
import { guard } from './guard.ts'
import { kindOf } from './kind-of.ts'
import { ensure, ensureNamed } from './validate.ts'

/** Milliseconds until a run counts as failed, unless its check says otherwise. */
export const DEFAULT_TIMEOUT = 5000

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
  const { timeout = DEFAULT_TIMEOUT, ttl = 1000 } = policy
  if (typeof probes === 'function') {
    return defineCheck(
      name,
      async (_, { signal }) => {
        await probes(signal)
        return { [name]: { ok: true } }
      },
      { ...policy, ttl },
    )
  }
  const entries = Object.entries(kindOf(probes) === 'Object' && probes)
  ensure(entries[0], 'INVALID_CHECK', `${name} has no target: name one, as in { default: probe }`)
  for (const [target, probe] of entries)
    ensureNamed(`${name}.${target}`, target, probe, 'a target is a probe')
  const targets = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([target, probe]) => guard(target, probe, timeout, ttl))
  const check = defineCheck(
    name,
    async () => toDict(name, await Promise.all(targets.map((target) => target.ask()))),
    policy,
  )
  return { ...check, targets }
}

/** What the outcomes of named targets look like in the response. */
export function toDict(name: string, outcomes: readonly Outcome[]): Dict {
  return {
    [name]: outcomes.map((outcome) => ({ [outcome.name]: outcome.ok ? { ok: true } : outcome.error })),
  }
}
