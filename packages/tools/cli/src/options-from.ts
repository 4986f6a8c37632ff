import { createWatchman, type WatchmanOptions } from '@watchman/core'
import { blaming } from './blaming.ts'
import type { Environment, Variable } from './variables.ts'

/** What each variable sets. What cannot work is left to the core to refuse. */
const settings: readonly (readonly [Variable, (value: string) => WatchmanOptions])[] = [
  ['WATCHMAN_TOKENS', (tokens) => ({ tokens })],
  ['WATCHMAN_TOKEN_NAME', (tokenName) => ({ tokenName })],
  ['WATCHMAN_ERROR_CODE', (code) => ({ errorCode: Number(code) })],
  ['WATCHMAN_DETAILS', (value) => ({ details: oneOf(['full', 'none'] as const, value) })],
  ['WATCHMAN_EXPOSE_VERSION', (value) => ({ exposeVersion: oneOf(['true', 'false'], value) === 'true' })],
]

/**
 * The options that the environment sets.
 *
 * @throws Failure that names the variable which cannot work, and what is right.
 */
export async function optionsFrom(environment: Environment): Promise<WatchmanOptions> {
  const options: WatchmanOptions[] = []
  for (const [variable, toOptions] of settings) {
    const value = environment[variable] // an empty list of tokens must not open the door
    if (value === undefined) continue
    options.push(
      await blaming(variable, () => {
        const own = toOptions(value)
        createWatchman(own)
        return own
      }),
    )
  }
  return Object.assign({}, ...options)
}

function oneOf<Value extends string>(values: readonly Value[], given: string): Value {
  const found = values.find((value) => value === given)
  if (found === undefined) throw new Error(`must be ${values.join(' or ')}`)
  return found
}
