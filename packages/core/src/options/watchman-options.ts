import type { Policy } from '../types/policy.ts'
import type { WatchmanOptions } from '../types/watchman.ts'
import { isFunction, isName, memberOf } from './guards.ts'
import {
  aBoolean,
  aDelay,
  aFunction,
  aListOfNames,
  aName,
  anArray,
  anObject,
  integerFrom,
  numberFrom,
  oneOf,
  type Rule,
  type Rules,
} from './rules.ts'

/** What a policy may contain. */
export const POLICY: Rules<Policy> = {
  timeout: aDelay,
  ttl: numberFrom(0),
  failureTtl: numberFrom(0),
  interval: aDelay,
  critical: aBoolean,
  failureThreshold: integerFrom(1),
  successThreshold: integerFrom(1),
  slowAfter: numberFrom(0),
  dependsOn: aName,
}

const { dependsOn: _, ...defaults } = POLICY

/** What the default policy of a watchman may contain. */
export const DEFAULTS: Rules<NonNullable<WatchmanOptions['defaults']>> = defaults

/** A status code whose response may have a body. */
const aStatus: Rule = {
  expected: 'an HTTP status from 200 to 599 that allows a body',
  matches: (value) => integerFrom(200, 599).matches(value) && value !== 204 && value !== 205 && value !== 304,
}

/** What the options of `createWatchman` may contain. */
export const OPTIONS: Rules<WatchmanOptions> = {
  checks: anArray,
  plugins: anArray,
  defaults: anObject,
  tokens: {
    expected: 'an array of non-empty strings, or a string of them separated by commas',
    matches: (tokens) => {
      const list = toTokens(tokens)
      return aListOfNames.matches(list) && list.length > 0
    },
  },
  tokenName: {
    expected: 'a non-empty string other than check and skip',
    matches: (name) => isName(name) && name !== 'check' && name !== 'skip',
  },
  authorize: aFunction,
  failingStatus: aStatus,
  degradedStatus: aStatus,
  exposeVersion: aBoolean,
  details: oneOf('full', 'none'),
  stacktraces: aBoolean,
  deadline: aDelay,
  maxSize: integerFrom(1),
  logger: {
    expected: 'an object with the methods error, warn, and info or log',
    matches(logger) {
      const has = (level: string) => isFunction(memberOf(logger, level))
      return has('error') && has('warn') && (has('info') || has('log'))
    },
  },
}

/** The list that the option `tokens` stands for. */
export function toTokens(tokens: unknown): readonly string[] {
  if (typeof tokens === 'string') return tokens.split(',').map((token) => token.trim())
  return Array.isArray(tokens) && tokens.every(isName) ? tokens : []
}
