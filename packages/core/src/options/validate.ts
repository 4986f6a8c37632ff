import { describeType, isRecord } from './guards.ts'
import type { Rule, Rules } from './rules.ts'
import { WatchmanError, type WatchmanErrorCode } from './watchman-error.ts'

/**
 * Returns `options` if each of them is known and right. An option that is undefined counts as absent. Unknown options
 * are refused: a misspelled `tokens` would leave the endpoint open.
 *
 * @throws WatchmanError `INVALID_OPTION`, which names `owner`, the option, what is right and the type of the value.
 * @example
 * validate('myProbe', options, { prefix: aString, timeout: aDelay })
 */
export function validate<Options extends object>(
  owner: string,
  options: Options,
  rules: Rules<Options>,
): Options {
  assertOption(isRecord(options), `options of ${owner} must be an object, not ${describeType(options)}`)
  const known = new Map(Object.entries<Rule>(rules))
  for (const [name, value] of Object.entries(options)) {
    const rule = known.get(name)
    assertOption(rule, `${owner} has no option "${name}": its options are ${[...known.keys()].join(', ')}`)
    if (value !== undefined) validateValue(owner, name, value, rule)
  }
  return options
}

/**
 * Returns `value` if `rule` accepts it.
 *
 * @throws WatchmanError `INVALID_OPTION`
 */
export function validateValue<Value>(
  owner: string,
  name: string,
  value: Value,
  { expected, matches }: Rule,
): Value {
  assertOption(matches(value), `option ${name} of ${owner} must be ${expected}, not ${describeType(value)}`)
  return value
}

/**
 * Continues if `condition` is truthy.
 *
 * @throws WatchmanError `INVALID_OPTION`
 * @example
 * assertOption(to !== from, 'option to of copy must differ from option from')
 */
export function assertOption(condition: unknown, message: string): asserts condition {
  assert(condition, 'INVALID_OPTION', message)
}

/** @throws WatchmanError unless `condition` is truthy. */
export function assert(condition: unknown, code: WatchmanErrorCode, message: string): asserts condition {
  if (!condition) throw new WatchmanError(code, message)
}

/** @throws WatchmanError `DUPLICATE_NAME` for the first of `names` that occurs twice. */
export function assertUnique(names: readonly string[], owner: string): void {
  const seen = new Set<string>()
  for (const name of names) {
    assert(!seen.has(name), 'DUPLICATE_NAME', `two ${owner} have the name "${name}"`)
    seen.add(name)
  }
}
