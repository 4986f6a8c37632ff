import { isName } from '../options/guards.ts'

const MASK = '***'

/** Longer texts are cut, once the secrets are removed. Characters. */
const MAX_LENGTH = 4000

/** The text behind this is dropped before the search for secrets: the message of an error may have megabytes. Characters. */
const MAX_SEARCHED = 16 * MAX_LENGTH

// A URL, up to white space or a quote. Everything before its last @ is removed: a password may itself contain an @ or a
// slash. Stack traces contain file: URLs, which have no password and whose paths may contain a scope such as @watchman.
const URLS = /(?<!file):\/\/[^\s"'<>]+/g

// `password=…`, `"api_key": "…"`, `Authorization: Bearer …`, with or without quotes.
const PAIRS =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access)[-_]?key|authorization)["']?\s*[=:]\s*)(?:(")[^"]*|(')[^']*|(?:bearer |basic )?[^\s&;,)"']+)/gi

/** A secret of a client that is shorter is part of too many words, and is masked only after its name. Characters. */
const MIN_LEARNED = 6

/** Removes secrets from texts. */
export interface Redactor {
  /** Removes known secrets, user names and passwords in URLs, and credentials that follow their name. */
  redact(text: string): string
  /** The same, and cuts what is too long to read: for error messages and stack traces. */
  shorten(text: string): string
  /**
   * Sets the secrets that `owner` knows. Those before them are still masked, since an error may contain them; those under six
   * characters are left out.
   */
  learn(owner: object, secrets: readonly string[]): void
}

/** Makes the redactor that knows `tokens`. */
export function createRedactor(tokens: readonly string[]): Redactor {
  /** The latest two sets of secrets of each owner. */
  const learned = new Map<object, readonly (readonly string[])[]>()
  let known = patternOf(tokens)

  const redact = (text: string) =>
    redactUrls(known ? text.replace(known, MASK) : text).replace(PAIRS, `$1$2$3${MASK}`)

  return {
    redact,
    shorten: (text) => redact(text.slice(0, MAX_SEARCHED)).slice(0, MAX_LENGTH),
    learn(owner, secrets) {
      const long = secrets.filter((secret) => isName(secret) && secret.length >= MIN_LEARNED)
      const [current = [], before = []] = learned.get(owner) ?? []
      if (long.every((secret) => current.includes(secret))) return
      learned.set(owner, [long, current.length > 0 ? current : before])
      known = patternOf([...tokens, ...[...learned.values()].flat(2)])
    },
  }
}

/**
 * Removes user names and passwords from the URLs in a text.
 *
 * @example
 * redactUrls('connecting to redis://me:secret@cache.test:6379') // 'connecting to redis://***@cache.test:6379'
 */
export function redactUrls(text: string): string {
  return text.replace(URLS, (url) => url.replace(/^:.*@/, `://${MASK}@`))
}

/** The pattern that matches each secret, also as a URL contains it; undefined where there is none. */
function patternOf(secrets: readonly string[]): RegExp | undefined {
  const forms = [...new Set(secrets)].flatMap((secret) => [
    secret,
    encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd')),
  ])
  forms.sort((a, b) => b.length - a.length) // one may contain another
  const patterns = forms.map((form) => {
    const escaped = form.replace(/\W/g, '\\$&')
    return form.length < 4 ? `(?<!\\w)${escaped}(?!\\w)` : escaped // a short one is part of many words
  })
  return patterns.length > 0 ? new RegExp(patterns.join('|'), 'g') : undefined
}
