import { memberOf } from '@watchman/core/driver'

/** The HTTP status that S3 answered; undefined where S3 was not reached. */
export function statusOf(error: unknown): unknown {
  return memberOf(memberOf(error, '$metadata'), 'httpStatusCode') || undefined
}

/**
 * Makes the function that rethrows an error of the SDK with a readable message: some have a useless one, or none. `hint` is
 * added where S3 answers that access is denied.
 */
export function errorExplainer(operation: string, bucket: string, hint = ''): (error: unknown) => never {
  return (error) => {
    const name = memberOf(error, 'name') ?? 'Error'
    const message = memberOf(error, 'message') ?? ''
    const status = statusOf(error)
    const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(`${name}: ${message}`)) ?? []
    if (!status) throw meaning ? new Error(meaning) : error
    const isUseful = message && message !== 'UnknownError' && message !== name
    const text = meaning ?? `${name}${isUseful ? `: ${message}` : ''}`
    const full = `${text} (${operation}, HTTP ${status}, bucket ${bucket})${status === 403 ? hint : ''}`
    throw isUseful && !meaning ? new Error(full, { cause: error }) : new Error(full)
  }
}

/** Replaces messages of Node, OpenSSL and the parsers of the SDK, which do not say what is wrong with the endpoint. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/socket hang up|ECONNRESET/, 'the endpoint closed the connection before it had answered'],
  [/wrong version number/, 'the endpoint does not speak TLS: it is http:, not https:'],
  [/Parse Error/, 'what answers at the endpoint does not speak HTTP'],
  [/Deserialization error/, 'what answers at the endpoint does not speak S3'],
]
