import type { AdapterRequest, TextResponse } from '../adapter/types.ts'
import { withTimeout } from '../run/with-timeout.ts'
import type { WatchmanOptions } from '../types/watchman.ts'
import { credentialsIn } from './credentials.ts'
import { errorResponse, textResponse } from './error-responses.ts'
import { isResponse } from './is-response.ts'

/** The query parameter that carries a token, unless it is renamed. */
export const TOKEN_NAME = 'watchman-token'

/** How long `authorize` may take, in milliseconds. */
const TIMEOUT = 5000

/** How many different credentials in the query are compared, and in the header. */
const MAX_GIVEN = 1000

/** What a closed endpoint answers and logs. */
export const NO_TOKEN =
  'No token is configured: set the option tokens, or tokens: false to open the endpoint to everyone'

const FORBIDDEN = textResponse(403)
const CLOSED = errorResponse(403, NO_TOKEN)
/** Makes a browser ask for a password. */
const SIGN_IN = errorResponse(401, 'Sign in with any user name, and a token as the password', {
  'www-authenticate': 'Basic realm="watchman"',
})

/** Decides on a request: `true` accepts it, anything else is the response that refuses it. */
export type Authorize = (request: AdapterRequest) => Promise<true | TextResponse | Response>

/**
 * Makes the function that decides on protected views by `authorize` or by `tokens`. Undefined where everybody may see them; an
 * empty list of tokens refuses everybody.
 */
export function createAuthorize(
  tokens: readonly string[] | undefined,
  { tokenName = TOKEN_NAME, authorize }: Pick<WatchmanOptions, 'tokenName' | 'authorize'>,
): Authorize | undefined {
  if (authorize) {
    return async (request) => {
      const outcome = await withTimeout(() => authorize(request.request()), TIMEOUT).result
      if (!outcome.ok) throw outcome.error
      return outcome.value === true || isResponse(outcome.value) ? outcome.value : FORBIDDEN
    }
  }
  if (!tokens) return undefined
  if (tokens.length === 0) return async () => CLOSED
  return async (request) => {
    const given = [
      new URLSearchParams(request.search).getAll(tokenName),
      credentialsIn(request.header('authorization') ?? ''),
    ].flatMap((credentials) => [...new Set(credentials)].slice(0, MAX_GIVEN))
    if (isAnySame(given, tokens)) return true
    return request.header('accept')?.toLowerCase().includes('text/html') ? SIGN_IN : FORBIDDEN
  }
}

/** Compares all pairs, so that the time it takes does not show which token was close. */
function isAnySame(given: readonly string[], tokens: readonly string[]): boolean {
  let found = false
  for (const one of given) {
    for (const token of tokens) found = isSame(one, token) || found
  }
  return found
}

/** Compares in a time that depends on the lengths alone: that of a token is no secret, and longer texts cost nothing. */
function isSame(given: string, token: string): boolean {
  if (given.length !== token.length) return false
  let difference = 0
  for (let index = 0; index < given.length; index += 1) {
    difference |= given.charCodeAt(index) ^ token.charCodeAt(index)
  }
  return difference === 0
}
