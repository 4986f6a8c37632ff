import { isFunction, isName, isRecord } from './guards.ts'

/** What an option must be, and how to test it. The value may be anything that a caller without types passes. */
export interface Rule {
  /** Completes the sentence "option x of y must be …". */
  readonly expected: string
  /** Whether a value is right. */
  readonly matches: (value: unknown) => boolean
}

/** One rule an option. */
export type Rules<Options> = Readonly<Record<keyof Options, Rule>>

/** The longest delay that a timer supports, in milliseconds: about 24 days. */
export const MAX_DELAY = 2 ** 31 - 1

/** Accepts numbers from `low` to `high`. */
export function numberFrom(low: number, high: number = Number.POSITIVE_INFINITY): Rule {
  return {
    expected: high === Number.POSITIVE_INFINITY ? `a number from ${low}` : `a number from ${low} to ${high}`,
    matches: (value) => typeof value === 'number' && value >= low && value <= high,
  }
}

/** Accepts whole numbers from `low` to `high`. */
export function integerFrom(low: number, high: number = Number.MAX_SAFE_INTEGER): Rule {
  return {
    expected:
      high === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${low}`
        : `a whole number from ${low} to ${high}`,
    matches: (value) => typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high,
  }
}

/** Accepts milliseconds that a timer supports. */
export const aDelay = numberFrom(1, MAX_DELAY)

/** Accepts `true` and `false`. */
export const aBoolean: Rule = { expected: 'true or false', matches: (value) => typeof value === 'boolean' }

/** Accepts strings that contain more than white space. */
export const aName: Rule = { expected: 'a non-empty string', matches: isName }

/** Accepts strings. */
export const aString: Rule = { expected: 'a string', matches: (value) => typeof value === 'string' }

/** Accepts functions. */
export const aFunction: Rule = { expected: 'a function', matches: isFunction }

/** Accepts arrays. */
export const anArray: Rule = { expected: 'an array', matches: Array.isArray }

/** Accepts arrays of non-empty strings. */
export const aListOfNames: Rule = {
  expected: 'an array of non-empty strings',
  matches: (value) => Array.isArray(value) && value.every(isName),
}

/** Accepts objects other than arrays. */
export const anObject: Rule = { expected: 'an object', matches: isRecord }

/** Accepts one of `values`. */
export function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values.map((value) => `'${value}'`).join(' or '),
    matches: (value) => typeof value === 'string' && values.includes(value),
  }
}
