import { MASK } from './mask.ts'
import { type Secrecy, secrecyOf } from './secret-keys.ts'
import { bracketedEnd, quotedEnd } from './value-end.ts'

/** The longest part of a key that is read before or after the word that makes it secret. Characters. */
const MAX_KEY_PART = 40

/** A quote: plain, escaped once or several times in JSON, or as URLs and HTML contain it. */
const QUOTE = '\\\\{0,7}["\'`]|%22|&quot;'

/** A word that may make a key secret, the rest of the key, and what is between a key and its value. */
const KEYS = new RegExp(
  '(?:pass|pwd|secret|token|credential|cookie|authorization|jwt|sig|' +
    '(?:api|access|account|private|shared|signing|master|encryption|auth|ssh)[-_ ]?key|' +
    `connection[-_ ]?string|masterauth)[\\w-]{0,${MAX_KEY_PART}}(?![\\w-])` +
    `(?<separator>(?:${QUOTE})?\\s{0,5}(?:=>|->|:?=|==|:|%3[ad])\\s{0,5}|\\s{1,5})`,
  'gi',
)

/** The part of a key before that word. */
const KEY_START = /[\w.-]*$/

/** `?sig=…` and `&X-Amz-Signature=…` sign a URL. */
const SIGNATURE = /(?:^|[^a-z])sig(?:nature)?$/i

const OPENING_QUOTE = new RegExp(QUOTE, 'iy')
const BRACKET = /[[{]/y

/** The result of a check that is named like a secret: `{"token":{"ok":false}}`. */
const RESULT = /\{\s{0,5}\\{0,7}["']?ok\\{0,7}["']?\s{0,5}:/y

/** Numbers, with names or without: `{"tokens":{"used":12}}`. */
const COUNTS = /[[{]\s{0,5}(?:\\{0,7}["']?[\w-]{1,40}\\{0,7}["']?\s{0,5}:\s{0,5})?-?\d/y

const BUFFER = /<Buffer[^>]*>?/y
const WORD = /[^\s&;,)"'`]+/y

/** Where a word ends in a text that is part of a URL, of a JSON string, or of an object. */
const WORD_END = /%2[26]|\\{1,7}$|[}\]]{1,9}$/i

/** What an Authorization header contains: a scheme with its parameters, or with one value. */
const SCHEME_WITH_PARAMETERS =
  /(?:digest|hawk|signature|oauth|aws4-hmac-sha256|watchman-token)\s{1,5}[\w-]+=(?:\\{0,7}"[^"]*"?|[^\s,"]*)(?:,\s{0,5}[\w-]+=(?:\\{0,7}"[^"]*"?|[^\s,"]*)){0,40}/iy
const SCHEME_WITH_VALUE =
  /(?:bearer|basic|token|negotiate|ntlm|apikey)\s{1,5}(?!(?:auth\w*|token|credentials?|scheme)\b)[^\s&;,)"'`\\]+/iy

const COOKIES = /[^\s=;,"'\\]+=[^\s;,"'\\]*(?:;\s{0,3}[^\s;,"'\\]+){0,200}/y

/** The beginning of a sentence: `ExpiredToken: The provided token has expired.` */
const SENTENCE = /[A-Za-z][a-z']*,? {1,3}[a-z']+(?![\w-]|\s?[:=])/y

/** Values that say something about a secret: `(using password: YES)`, `password: required`, `/run/token: EACCES`. */
const NO_SECRET =
  /^(?:yes|no|true|false|null|undefined|none|unset|required|missing|empty|invalid|expired|incorrect|wrong|revoked|denied|\W{1,2})[.!]?$/i
const ERROR_CODE = /^E[A-Z]{4,12}$/

const NUMBER = /^-?\d+(?:\.\d+)?$/

/** Removes the values that follow the name of a secret: `password=…`, `"api_key": "…"`, `Authorization: Bearer …`. */
export function redactPairs(text: string): string {
  const parts: string[] = []
  let end = 0
  for (const { index, 0: pair, groups } of text.matchAll(KEYS)) {
    if (index < end) continue // part of a value
    const { separator = '' } = groups ?? {}
    const before = KEY_START.exec(text.slice(Math.max(end, index - MAX_KEY_PART), index))?.[0] ?? ''
    const key = before + pair.slice(0, pair.length - separator.length)
    const start = index + pair.length
    const secret = findSecret(text, start, key, separator)
    if (!secret) continue
    parts.push(text.slice(end, secret.start), MASK)
    end = secret.end
  }
  return parts.join('') + text.slice(end)
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Returns where the secret is that follows a key; undefined where the value is no secret. */
function findSecret(text: string, start: number, key: string, separator: string): Range | undefined {
  const isSigned = separator.trim() === '=' && SIGNATURE.test(key)
  const secrecy = isSigned ? 'all' : secrecyOf(key)
  if (!secrecy) return undefined
  const quote = matchAt(OPENING_QUOTE, text, start)
  if (separator.trim() === '' && !isFlag(key) && !(quote && isPasswordWord(key))) return undefined
  if (quote) {
    const range = { start: start + quote.length, end: quotedEnd(text, start + quote.length, quote) }
    return range.start < range.end ? range : undefined
  }
  if (matchAt(BRACKET, text, start) !== undefined) {
    const isHarmless = matchAt(RESULT, text, start) ?? (secrecy === 'texts' && matchAt(COUNTS, text, start))
    return isHarmless ? undefined : { start, end: bracketedEnd(text, start) }
  }
  const length = lengthOfUnquoted(text, start, key, separator, secrecy)
  return length > 0 ? { start, end: start + length } : undefined
}

/** `--password hunter2` */
function isFlag(key: string): boolean {
  return key.startsWith('--')
}

/** `ALTER USER app PASSWORD 'hunter2'` */
function isPasswordWord(key: string): boolean {
  return /^(?:password|passphrase|pwd)$/i.test(key)
}

/** The length of a secret without quotes; 0 for a value that is none. */
function lengthOfUnquoted(
  text: string,
  start: number,
  key: string,
  separator: string,
  secrecy: Secrecy,
): number {
  const at = (pattern: RegExp) => matchAt(pattern, text, start)
  const structured =
    at(BUFFER) ??
    at(SCHEME_WITH_PARAMETERS) ??
    at(SCHEME_WITH_VALUE) ??
    (/cookies?$/i.test(key) ? at(COOKIES) : undefined)
  if (structured !== undefined) return structured.length
  if (/:\s+$/.test(separator) && at(SENTENCE) !== undefined) return 0
  const word = at(WORD) ?? ''
  const end = word.search(WORD_END)
  const value = end < 0 ? word : word.slice(0, end)
  if (NO_SECRET.test(value) || ERROR_CODE.test(value)) return 0
  return secrecy === 'texts' && NUMBER.test(value) ? 0 : value.length
}

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}
