import { createWatchman, type WatchmanOptions } from '@watchman/core'
import type { Environment, Variable } from './variables.ts'
import { withVariableName } from './with-variable-name.ts'

/** The option that each variable sets. `createWatchman` refuses values that cannot work. The last one that is set wins. */
const settings: readonly (readonly [Variable, (value: string) => WatchmanOptions])[] = [
  ['WATCHMAN_TOKENS', (tokens) => ({ tokens: notEmpty(tokens) })],
  ['WATCHMAN_TOKEN_NAME', (tokenName) => ({ tokenName })],
  ['WATCHMAN_ERROR_CODE', (status) => ({ failingStatus: Number(status) })],
  ['WATCHMAN_FAILING_STATUS', (status) => ({ failingStatus: Number(status) })],
  ['WATCHMAN_DEGRADED_STATUS', (status) => ({ degradedStatus: Number(status) })],
  ['WATCHMAN_DETAILS', (value) => ({ details: oneOf(['full', 'none'] as const, value) })],
  ['WATCHMAN_EXPOSE_VERSION', (value) => ({ exposeVersion: oneOf(['true', 'false'], value) === 'true' })],
]

/**
 * Returns the options that the environment sets.
 *
 * @throws Failure that names a variable whose value cannot work, and says what is right.
 */
export async function optionsFromEnv(environment: Environment): Promise<WatchmanOptions> {
  const options: WatchmanOptions[] = []
  for (const [variable, toOptions] of settings) {
    const value = environment[variable] // not `read`: an empty WATCHMAN_TOKENS is a mistake
    if (value === undefined) continue
    options.push(
      await withVariableName(variable, () => {
        const own = toOptions(value)
        createWatchman(own)
        return own
      }),
    )
  }
  return Object.assign({}, ...options)
}

/** A list of tokens without one in it would close the endpoint to everyone. */
function notEmpty(tokens: string): string {
  if (/^[\s,]*$/.test(tokens)) throw new Error('must contain a token, or not be set')
  return tokens
}

function oneOf<Value extends string>(values: readonly Value[], given: string): Value {
  const found = values.find((value) => value === given)
  if (found === undefined) throw new Error(`must be ${values.join(' or ')}`)
  return found
}
