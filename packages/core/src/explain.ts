import { isError } from './kind-of.ts'

/** Stands for an error that throws when it is read. */
export const UNREADABLE = 'unreadable error'

interface Thrown {
  readonly message?: unknown
  readonly code?: unknown
  readonly name?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

/** Puts an error and its causes into words: `cannot connect: connect ECONNREFUSED 127.0.0.1:6379`. */
export function explain(thrown: unknown): string {
  return messages(thrown, 5).reduce((told, next) => (told.includes(next) ? told : `${told}: ${next}`))
}

function messages(thrown: unknown, depth: number): string[] {
  const { message, code, name, cause, errors }: Thrown = Object(thrown)
  const inner = depth ? [errors, cause].flat().filter(isError) : []
  const causes = inner.flatMap((error) => messages(error, depth - 1))
  // The message of an AggregateError may be empty: then the errors it is made of tell.
  const own = message || (causes[0] ? [] : code || name || `failed with ${String(thrown)}`)
  return [own, causes].flat().map(String)
}

/** Makes an error of whatever was thrown. */
export function toError(thrown: unknown): Error {
  try {
    return isError(thrown) ? thrown : new Error(explain(thrown))
  } catch {
    return new Error(UNREADABLE)
  }
}
