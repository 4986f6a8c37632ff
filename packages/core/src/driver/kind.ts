import type { CheckOptions } from '../define-check.ts'
import { describeType, isRecord } from '../options/guards.ts'
import { aListOfNames } from '../options/rules.ts'
import { assert, assertOption, validateValue } from '../options/validate.ts'
import type { Target } from '../types/check.ts'

/**
 * Adds an alias to the options of a check, for a kind of check that has one beside those of its user.
 *
 * @throws WatchmanError `INVALID_OPTION` where the options are not an object or their aliases are not names.
 * @example
 * defineProbeCheck('queues', targets, withAlias('queues', options, 'acme.queues'))
 */
export function withAlias<Options extends CheckOptions>(
  check: string,
  options: Options,
  alias: string,
): Options & { readonly aliases: readonly string[] } {
  assertOption(isRecord(options), `options of ${check} must be an object, not ${describeType(options)}`)
  const { aliases = [] } = options
  validateValue(check, 'aliases', aliases, aListOfNames)
  return { ...options, aliases: [alias, ...aliases] }
}

/**
 * Returns `targets` if they have names: a kind of check with several backends answers a list, and a single probe would change
 * the shape of its answer.
 *
 * @throws WatchmanError `INVALID_CHECK` for anything else.
 * @example
 * defineProbeCheck('queues', namedTargets('queues', targets), options)
 */
export function namedTargets(
  check: string,
  targets: Readonly<Record<string, Target>>,
): Readonly<Record<string, Target>> {
  const remedy = `name each, as in ${check}({ default: probe })`
  const message = `${check} expects named targets, not ${describeType(targets)}: ${remedy}`
  assert(isRecord(targets), 'INVALID_CHECK', message)
  return targets
}
