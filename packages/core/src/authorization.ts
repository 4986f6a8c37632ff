import type { WatchmanOptions } from './contract.ts'
import { guard } from './guard.ts'

// `WATCHMAN-TOKEN Token="T"`, `WATCHMAN-TOKEN Token=T` and `Bearer T`.
const HEADER = /^(?:watchman-token\s+token=|bearer\s+)("?)(.*)\1$/i

/** The query parameter that carries a token, unless it is renamed. */
export const TOKEN_NAME = 'watchman-token'

/** Makes the function that decides on a protected view: by `authorize` if there is one, else by `tokens`; none: all pass. */
export function authorization(
  tokens: readonly string[],
  { tokenName = TOKEN_NAME, authorize }: WatchmanOptions,
): ((request: Request, search: string) => boolean | Promise<unknown>) | undefined {
  if (authorize) {
    return async (request) => {
      const outcome = await guard('', () => authorize(request)).ask(undefined)
      if (outcome.ok) return outcome.value
      throw outcome.error
    }
  }
  if (!tokens[0]) return undefined
  return ({ headers }, search) => {
    const header = HEADER.exec(headers.get('authorization') ?? '')?.[2] ?? ''
    const given = [...new URLSearchParams(search).getAll(tokenName), header]
    // Each is compared with each, so that the time it takes does not tell which token was near.
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
