import type { Dict, State, WatchmanOptions } from './contract.ts'
import { explain } from './explain.ts'
import { isError } from './kind-of.ts'

/** Longer explanations and stacks are cut, once the secrets are out. Characters. */
const LIMIT = 4000

/** A dict as the response holds it, and how all in it is. */
export interface Presented {
  readonly state: State
  readonly dict: Dict
}

/**
 * Makes the function that turns what a check returned into plain JSON values without secrets, which nothing can
 * change later. It throws where `JSON.stringify` does: for a cycle, a BigInt, a getter that throws.
 */
export function presenter(
  { details, stacktraces }: WatchmanOptions,
  redact: (text: string) => string,
): (dict: Dict) => Presented {
  const shorten = (text: string) => redact(text).slice(0, LIMIT)

  return (dict) => {
    let state: State = 'ok'
    const json = JSON.stringify(dict, (_key, value: unknown) => {
      if (typeof value === 'string') return redact(value)
      const result: Failure = isError(value) ? { ok: false, error: value } : Object(value)
      if (result.ok !== false) return value
      const { stacktrace, ...rest } = result
      const { error } = result
      if (Object(error).critical !== false) state = 'failing'
      else if (state === 'ok') state = 'degraded'
      if (details === 'none') return { ok: false }
      const stack = isError(error) ? error.stack : stacktrace
      return {
        ...rest,
        error: isError(error) ? shorten(explain(error)) : error,
        stacktrace: stacktraces && stack ? shorten(`${stack}`) : undefined,
      }
    })
    return { state, dict: JSON.parse(json) }
  }
}

interface Failure {
  readonly ok?: unknown
  readonly error?: unknown
  readonly stacktrace?: unknown
}
