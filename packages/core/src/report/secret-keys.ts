/** Which values of a key are secret: texts and numbers, or only texts, since the numbers may be counts. */
export type Secrecy = 'all' | 'texts'

/** The end of keys whose values are secret: `clientSecret`, `PGPASSWORD`, `password_hash`, `x-api-key`. */
const SECRET_KEY =
  /(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|cookie|authorization|jwt|(?:api|access|account|private|shared|secret|signing|master|encryption|auth|ssh)key|connectionstring|(?:require|user|auth)pass|masterauth)(s?)(?:hash|value|old|new|current|previous)?\d*$/

/** `pass` is the end of other words, such as bypass: it must be a word by itself, as in `pass`, `smtpPass` and `DB_PASS`. */
const PASS = /(?:^|[^a-z\d])pass$/i
const CAMEL_PASS = /[a-z\d]Pass$/

/** The characters at the end of a key that are looked at. */
const MAX_KEY = 60

/**
 * Returns which values of a key are secret; of `tokens: 12` and `pass: 3` only texts. A key that says something about a secret is not one: `passwordAge`, `token_type`, `secretName`.
 */
export function secrecyOf(key: string): Secrecy | undefined {
  const end = key.slice(-MAX_KEY)
  if (PASS.test(end) || CAMEL_PASS.test(end)) return 'texts'
  const match = SECRET_KEY.exec(end.toLowerCase().replace(/[^a-z\d]/g, ''))
  if (!match) return undefined
  return match[1] ? 'texts' : 'all'
}
