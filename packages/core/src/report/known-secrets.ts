import { isName } from '../options/guards.ts'
import { MASK } from './mask.ts'

/** A shorter secret is part of too many words. It is masked only after a word such as `password`. Characters. */
const MIN_LENGTH = 6

/** A token that is shorter is masked only where it is a whole word. Characters. */
const MIN_TOKEN_LENGTH = 4

/** Passwords that are words of many messages, and are masked as short ones are. */
const COMMON_WORDS =
  /^(?:passw(?:or)?d|secret|default|localhost|postgres(?:ql)?|mariadb|mongodb|rabbitmq|watchman)$/i

/** What stands before a short secret: `password: "abc"`, `wrong token abc`. */
const NAMED =
  '(?<=(?<![a-z])(?:pass|pwd|passw(?:or)?d|passphrase|secret|token|credentials?|auth|key)(?:["\'`]|\\s{0,3}[=:]|\\s)\\s{0,3}["\'`]?)'

/** The secrets that tokens and drivers name. */
export interface KnownSecrets {
  /** Replaces them in a text, also where they are encoded as in a URL or in JSON. */
  replace(text: string): string
  /** Sets those that `owner` knows. Those before them are still replaced, since an error may contain them. */
  learn(owner: object, secrets: readonly string[]): void
}

/** Makes the list of known secrets, which begins with `tokens`. */
export function createKnownSecrets(tokens: readonly string[]): KnownSecrets {
  /** The latest two sets of secrets of each owner. */
  const learned = new Map<object, readonly (readonly string[])[]>()
  let compiled = new Set<string>()
  let patterns: readonly RegExp[] | undefined

  /** The patterns are made when they are needed: thousands of owners may learn theirs at once. */
  function compile(): readonly RegExp[] {
    compiled = new Set([...learned.values()].flat(2))
    const all = [...compiled]
    const isLong = (secret: string) => secret.length >= MIN_LENGTH && !COMMON_WORDS.test(secret)
    const long = [...tokens.flatMap(tokenPatterns), ...all.filter(isLong).flatMap(formsOf).map(escapePattern)]
    const short = all
      .filter((secret) => !isLong(secret))
      .flatMap(formsOf)
      .map(escapePattern)
    return [
      ...(long.length > 0 ? [new RegExp(longestFirst(long), 'g')] : []),
      ...(short.length > 0 ? [new RegExp(`${NAMED}(?:${longestFirst(short)})(?!\\w)`, 'gi')] : []),
    ]
  }

  return {
    replace(text) {
      patterns ??= compile()
      return patterns.reduce((replaced, pattern) => replaced.replace(pattern, MASK), text)
    },
    learn(owner, secrets) {
      const valid = secrets.filter(isName)
      const [current = [], before = []] = learned.get(owner) ?? []
      if (valid.every((secret) => current.includes(secret))) return
      learned.set(owner, [valid, current.length > 0 ? current : before])
      if (!valid.every((secret) => compiled.has(secret))) patterns = undefined
    },
  }
}

function tokenPatterns(token: string): readonly string[] {
  return formsOf(token).map((form) =>
    form.length < MIN_TOKEN_LENGTH ? `(?<!\\w)${escapePattern(form)}(?!\\w)` : escapePattern(form),
  )
}

/** A secret as it is, as JSON contains it, and as URLs do: as a component, in either case, and in a form. */
function formsOf(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd'))
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      encoded,
      encoded.replace(/%../g, (octet) => octet.toLowerCase()),
      encoded.replaceAll('%20', '+'),
    ]),
  ]
}

function escapePattern(text: string): string {
  return text.replace(/\W/g, '\\$&')
}

/** Joins alternatives of a pattern: where one contains another, the longer one comes first. */
function longestFirst(alternatives: readonly string[]): string {
  return [...new Set(alternatives)].sort((a, b) => b.length - a.length).join('|')
}
