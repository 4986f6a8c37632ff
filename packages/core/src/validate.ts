import type { CheckPolicy, WatchmanOptions } from './contract.ts'
import { kindOf } from './kind-of.ts'
import { WatchmanError, type WatchmanErrorCode } from './watchman-error.ts'

/** What is right, and a test of a value, which may be anything that a caller without types hands in. */
type Rule = readonly [right: string, isRight: (value: unknown) => boolean]

type Rules<Options> = Readonly<Record<keyof Options, Rule>>

const LIST: Rule = ['a list', Array.isArray]
const FLAG: Rule = ['true or false', (value) => typeof value === 'boolean']

/** The longest delay a timer can hold: about 24 days. */
const DELAY = between(1, 2 ** 31 - 1)

/** What the policy of a check may hold. */
export const POLICY: Rules<CheckPolicy> = {
  timeout: DELAY,
  ttl: between(0, Number.POSITIVE_INFINITY),
  interval: DELAY,
  critical: FLAG,
  failAfter: ['a whole number from 1', (count) => Number.isInteger(count) && Number(count) > 0],
  aliases: ['a list of names', areNames],
}

/** What the options of `createWatchman` may hold. */
export const OPTIONS: Rules<WatchmanOptions> = {
  checks: LIST,
  views: LIST,
  tokens: [
    'a list without empty tokens',
    (tokens) => areNames(toTokens(tokens)) && toTokens(tokens).length > 0,
  ],
  tokenName: ['a name other than check and skip', (name) => isName(name) && !/^(check|skip)$/.test(name)],
  authorize: ['a function', isFunction],
  errorCode: [
    'a status from 200 to 599 with a body',
    (code) => typeof code === 'number' && /^(?!204|205|304)[2-5]\d\d$/.test(`${code}`),
  ],
  exposeVersion: FLAG,
  details: ['full or none', (details) => /^(full|none)$/.test(`${details}`)],
  stacktraces: FLAG,
  deadline: DELAY,
  logger: [
    'a logger with info, warn and error',
    (logger) => ['info', 'warn', 'error'].every((level) => isFunction(Object(logger)[level])),
  ],
}

function between(low: number, high: number): Rule {
  return [`from ${low} to ${high}`, (value) => typeof value === 'number' && value >= low && value <= high]
}

/** Whether `value` can be called. */
export function isFunction(value: unknown): value is (...parameters: never) => unknown {
  return typeof value === 'function'
}

/** Whether `value` is a string that names something. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function areNames(values: unknown): boolean {
  return Array.isArray(values) && values.every(isName)
}

/** The list that the option `tokens` means. */
export function toTokens(tokens: unknown): readonly string[] {
  return typeof tokens === 'string' ? tokens.split(',').map((token) => token.trim()) : Object(tokens)
}

/**
 * Returns `options` where they can work. What no rule knows is refused too: a misspelt `tokens` would be an open door.
 *
 * @throws WatchmanError `INVALID_OPTION` that names the option of `owner` and what is right.
 */
export function validate<Options extends object>(
  options: Options,
  rules: Rules<Options>,
  owner: string,
): Options {
  ensure(kindOf(options) === 'Object', 'INVALID_OPTION', `options of ${owner} must be an object`)
  const known = new Map(Object.entries<Rule>(rules))
  for (const [name, value] of Object.entries(options)) {
    const [right, isRight] = known.get(name) ?? [`one of ${[...known.keys()]}`, () => false]
    ensure(
      value === undefined || isRight(value),
      'INVALID_OPTION',
      `option ${name} of ${owner} must be ${right}`,
    )
  }
  return options
}

/** @throws WatchmanError `DUPLICATE_NAME` for the first of `names` that stands there twice. */
export function ensureUnique(names: readonly string[], owner: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  ensure(twice === undefined, 'DUPLICATE_NAME', `two ${owner} have the name "${twice}"`)
}

/** @throws WatchmanError `INVALID_CHECK` unless `name` names something and `run` is a function. */
export function ensureNamed(owner: string, name: unknown, run: unknown, remedy: string): void {
  const missing = isName(name) ? !isFunction(run) && 'function' : 'name'
  ensure(!missing, 'INVALID_CHECK', `${owner} has no ${missing}: ${remedy}`)
}

/** @throws WatchmanError unless `condition` holds. */
export function ensure(condition: unknown, code: WatchmanErrorCode, message: string): asserts condition {
  if (!condition) throw new WatchmanError(code, message)
}
