import { CHECK_OPTIONS, normalizeCheck } from './options/normalize-check.ts'
import { validate } from './options/validate.ts'
import type { Check, CheckFunction } from './types/check.ts'
import type { Policy } from './types/policy.ts'

/** The policy of a check, and its other names. */
export interface CheckOptions extends Policy {
  /** Other names that `?check=` and `?skip=` accept. @default [] */
  readonly aliases?: readonly string[] | undefined
}

/**
 * Makes a check of a function that turns a request into an object.
 *
 * @throws WatchmanError `INVALID_CHECK` without a name or a function, `INVALID_OPTION` for a policy that cannot work.
 * @example
 * defineCheck('queue', async () => ({ queue: { ok: (await queue.size()) < 1000 } }), { timeout: 2000 })
 */
export function defineCheck(name: string, run: CheckFunction, options: CheckOptions = {}): Check {
  const check = { ...validate(name, options, CHECK_OPTIONS), name, run }
  normalizeCheck('a check', check)
  return check
}
