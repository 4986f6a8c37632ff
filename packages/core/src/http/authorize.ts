import type { AdapterRequest } from '../adapter/types.ts'
import { withTimeout } from '../run/with-timeout.ts'
import type { WatchmanOptions } from '../types/watchman.ts'

// `WATCHMAN-TOKEN Token="T"`, `WATCHMAN-TOKEN Token=T` and `Bearer T`.
const HEADER = /^(?:watchman-token\s+token=|bearer\s+)("?)(.*)\1$/i

/** The query parameter that carries a token, unless it is renamed. */
export const TOKEN_NAME = 'watchman-token'

/** How long `authorize` may take, in milliseconds. */
const TIMEOUT = 5000

/** Decides on a request: `true` accepts it, a `Response` is sent as it is, anything else refuses it. */
export type Authorize = (request: AdapterRequest) => unknown

/** Makes the function that decides on protected views by `authorize` or by `tokens`. Undefined where everybody may see them. */
export function createAuthorize(
  tokens: readonly string[],
  { tokenName = TOKEN_NAME, authorize }: Pick<WatchmanOptions, 'tokenName' | 'authorize'>,
): Authorize | undefined {
  if (authorize) {
    return async (request) => {
      const outcome = await withTimeout(() => authorize(request.request()), TIMEOUT).result
      if (outcome.ok) return outcome.value
      throw outcome.error
    }
  }
  if (tokens.length === 0) return undefined
  return (request) => {
    const credential = HEADER.exec(request.header('authorization') ?? '')?.[2] ?? ''
    const given = [...new URLSearchParams(request.search).getAll(tokenName), credential]
    // All pairs are compared, so that the time it takes does not show which token was close.
    return tokens.flatMap((token) => given.map((one) => isSame(one, token))).includes(true)
  }
}

/** Compares in a time that depends on the length of `given` alone. */
function isSame(given: string, token: string): boolean {
  let difference = given.length ^ token.length
  for (let index = 0; index < given.length; index += 1) {
    difference |= given.charCodeAt(index) ^ token.charCodeAt(index % token.length)
  }
  return difference === 0
}
