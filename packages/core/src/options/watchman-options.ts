import type { Policy } from '../types/policy.ts'
import type { WatchmanOptions } from '../types/watchman.ts'
import { isFunction, isName, memberOf } from './guards.ts'
import {
  aBoolean,
  aDelay,
  aFunction,
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
    expected: 'an array of strings, a string of tokens separated by commas, or false',
    matches: (tokens) =>
      tokens === false ||
      typeof tokens === 'string' ||
      (Array.isArray(tokens) && tokens.every((token) => token === undefined || typeof token === 'string')),
  },
  tokenName: {
    expected: 'a non-empty string other than check and skip, without white space around it',
    matches: (name) => isName(name) && name === name.trim() && name !== 'check' && name !== 'skip',
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

/**
 * The tokens that the options contain, without white space around them: a line break of a file is no part of a token. Undefined
 * where everybody may see everything: without the option, or with `false`. Empty where the option is there and has no
 * token, as where its variable is not set: that must not open the endpoint.
 */
export function toTokens(options: Pick<WatchmanOptions, 'tokens'>): readonly string[] | undefined {
  const { tokens = [] } = options
  if (!('tokens' in options) || tokens === false) return undefined
  const list = typeof tokens === 'string' ? tokens.split(',') : tokens
  return list.flatMap((token = '') => token.trim() || [])
}
