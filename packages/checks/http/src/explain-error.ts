import { memberOf } from '@watchman/core/driver'

/** Messages of Node and OpenSSL that do not say what is wrong with the server, and what to say instead. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/wrong version number|packet length too long/, 'the server does not speak TLS on this port'],
  [
    /socket disconnected before secure TLS/,
    'the server closed the connection before the TLS handshake was complete',
  ],
  [/^socket hang up$/, 'the server closed the connection before it answered'],
  [/^aborted$/, 'the server closed the connection before its answer was complete'],
  [/^Parse Error: Expected HTTP/, 'the server does not speak HTTP on this port'],
]

/** Returns an error with a message that helps in place of one of those; other errors as they are. */
export function explainError(error: unknown): unknown {
  const message = `${memberOf(error, 'message')}`
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(message)) ?? []
  return meaning === undefined ? error : new Error(meaning)
}
