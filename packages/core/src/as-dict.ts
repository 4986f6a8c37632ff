import type { Dict } from './contract.ts'
import { kindOf } from './kind-of.ts'

/** @throws Error where a check returned something without keys. */
export function asDict(value: unknown): Dict {
  if (kindOf(value) === 'Object') return Object(value)
  throw new Error(`returned ${kindOf(value)} instead of a dict such as { key: value }`)
}
