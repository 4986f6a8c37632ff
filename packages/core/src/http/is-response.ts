import { typeTag } from '../options/guards.ts'

/** Whether a value is a `Response`, of any realm. */
export function isResponse(value: unknown): value is Response {
  return typeTag(value) === 'Response'
}
