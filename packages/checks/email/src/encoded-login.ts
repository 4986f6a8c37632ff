import { isName, memberOf } from '@watchman/core/driver'

/**
 * Returns the password in the options of a transport as the commands `AUTH LOGIN` and `AUTH PLAIN` transmit it: a server may repeat
 * a command in its error.
 */
export function encodedLogin(options: unknown): readonly string[] {
  const auth = memberOf(options, 'auth')
  const pass = memberOf(auth, 'pass')
  if (!isName(pass)) return []
  return [pass, `\0${memberOf(auth, 'user')}\0${pass}`].map((text) => Buffer.from(text).toString('base64'))
}
