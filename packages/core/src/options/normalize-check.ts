import type { Check, CheckFunction, Probe, Target } from '../types/check.ts'
import type { Policy } from '../types/policy.ts'
import { describeType, isFunction, isName, isRecord } from './guards.ts'
import { aListOfNames } from './rules.ts'
import { assert, validate } from './validate.ts'
import { POLICY } from './watchman-options.ts'

/** One target of a check, with the policy that the check and the target set. */
export interface NormalizedTarget {
  /** Its name within the check; empty where the check has no named targets. */
  readonly name: string
  /** What it runs: one of the two. */
  readonly probe?: Probe | undefined
  readonly run?: CheckFunction | undefined
  readonly policy: Policy
}

/** A check whose parts have been validated and copied. */
export interface NormalizedCheck {
  readonly name: string
  readonly aliases: readonly string[]
  readonly isNamed: boolean
  readonly targets: readonly NormalizedTarget[]
}

/** What the options of `defineCheck` and `defineProbeCheck` may contain. */
export const CHECK_OPTIONS = { ...POLICY, aliases: aListOfNames }

const CHECK = {
  ...CHECK_OPTIONS,
  name: { expected: 'a name', matches: isName },
  run: { expected: 'a function', matches: () => true }, // both are checked with a code of their own
  targets: { expected: 'a probe or an object of named targets', matches: () => true },
}

/**
 * Copies and validates a check, which errors call `owner`, so that later changes to the given objects have no effect.
 *
 * @throws WatchmanError `INVALID_CHECK` without a name, a function or targets, or with a target that has no name or is
 * not a probe; `INVALID_OPTION` for an unknown option or a policy that cannot work.
 */
export function normalizeCheck(owner: string, check: Check | CheckFunction): NormalizedCheck {
  const given = isFunction(check) ? { name: check.name, run: check } : check
  assert(
    isRecord(given),
    'INVALID_CHECK',
    `${owner} must be a check or a named function, not ${describeType(check)}`,
  )
  const { name, aliases = [], run, targets, ...policy }: Partial<Check> = given
  assert(isName(name), 'INVALID_CHECK', `${owner} has no name: pass one, as in defineCheck('name', fn)`)
  validate(name, given, CHECK)
  const common = { name, aliases: [...aliases] }
  if (targets === undefined && (run !== undefined || !('targets' in given))) {
    const remedy = `pass one, as in defineCheck('${name}', fn)`
    assert(isFunction(run), 'INVALID_CHECK', `${name} has no function: ${remedy}`)
    return { ...common, isNamed: false, targets: [{ name: '', run, policy }] }
  }
  assert(run === undefined, 'INVALID_CHECK', `${name} has both run and targets: pass one of them`)
  if (isFunction(targets)) {
    return { ...common, isNamed: false, targets: [{ name: '', probe: targets, policy }] }
  }
  return { ...common, isNamed: true, targets: namedTargets(name, targets, policy) }
}

function namedTargets(check: string, targets: unknown, policy: Policy): readonly NormalizedTarget[] {
  const expected = `${check} expects a probe or named targets, as in { default: probe }`
  assert(isRecord(targets), 'INVALID_CHECK', `${expected}, not ${describeType(targets)}`)
  const entries = Object.entries<unknown>(targets)
  assert(entries.length > 0, 'INVALID_CHECK', `${check} has no target: name one, as in { default: probe }`)
  return entries
    .map(([name, target]) => namedTarget(check, name, target, policy))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function namedTarget(check: string, name: string, target: unknown, inherited: Policy): NormalizedTarget {
  assert(isName(name), 'INVALID_CHECK', `a target of ${check} has an empty name`)
  const id = `${check}.${name}`
  const { probe, policy } = isProbe(target) ? { probe: target, policy: {} } : withPolicy(id, target)
  return { name, probe, policy: mergePolicies(inherited, policy) }
}

function withPolicy(id: string, target: unknown) {
  assert(
    isTargetWithPolicy(target),
    'INVALID_CHECK',
    `${id} must be a probe or { probe, …policy }, not ${describeType(target)}`,
  )
  const { probe, ...policy } = target
  return { probe, policy: validate(id, policy, POLICY) }
}

function isProbe(target: unknown): target is Probe {
  return isFunction(target)
}

function isTargetWithPolicy(target: unknown): target is Exclude<Target, Probe> {
  return isRecord(target) && isFunction(target.probe)
}

/** Merges two policies: what `policy` does not set is that of `inherited`. */
export function mergePolicies(inherited: Policy, policy: Policy): Policy {
  return {
    timeout: policy.timeout ?? inherited.timeout,
    ttl: policy.ttl ?? inherited.ttl,
    failureTtl: policy.failureTtl ?? inherited.failureTtl,
    interval: policy.interval ?? inherited.interval,
    critical: policy.critical ?? inherited.critical,
    failureThreshold: policy.failureThreshold ?? inherited.failureThreshold,
    successThreshold: policy.successThreshold ?? inherited.successThreshold,
    slowAfter: policy.slowAfter ?? inherited.slowAfter,
    dependsOn: policy.dependsOn ?? inherited.dependsOn,
  }
}
