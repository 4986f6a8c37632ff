import type { Check, CheckFunction, CheckPolicy } from './contract.ts'
import { ensureNamed, POLICY, validate } from './validate.ts'

/**
 * Makes a check of a function that turns a request into a dict.
 *
 * @throws WatchmanError `INVALID_CHECK` without a name or a function, `INVALID_OPTION` for a policy that cannot work.
 * @example
 * defineCheck('queue', async () => ({ queue: { ok: (await queue.size()) < 1000 } }), { timeout: 2000 })
 */
export function defineCheck(name: string, run: CheckFunction, policy: CheckPolicy = {}): Check {
  return toCheck('a check', name, run, policy)
}

/** Makes the check which errors call `owner`. */
export function toCheck(owner: string, name: string, run: CheckFunction, policy: CheckPolicy): Check {
  ensureNamed(owner, name, run, "wrap it in defineCheck('name', fn)")
  return { ...validate(policy, POLICY, name), name, run }
}
