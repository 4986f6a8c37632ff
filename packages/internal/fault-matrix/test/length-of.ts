import { memberOf } from '@watchman/core/driver'

/** Returns the length of a list of `owner` that its types do not mention. */
export function lengthOf(owner: unknown, key: string): number {
  const length = memberOf(memberOf(owner, key), 'length')
  if (typeof length === 'number') return length
  throw new Error(`[fault-matrix] the client has no list ${key} any more`)
}
