import { cutText } from './cut-text.ts'
import { createKnownSecrets, type KnownSecrets } from './known-secrets.ts'
import { redactText } from './redact-text.ts'

/** Longer texts are cut, once the secrets are removed. Characters. */
const MAX_LENGTH = 4000

/** The text behind this is dropped before the search for secrets: the message of an error may have megabytes. Characters. */
const MAX_SEARCHED = 16 * MAX_LENGTH

/** Removes secrets from texts. */
export interface Redactor {
  /** Removes secrets that are known, and those that can be recognised. */
  redact(text: string): string
  /** The same, and cuts what is too long to read: for error messages and stack traces. */
  shorten(text: string): string
  /**
   * Sets the secrets that `owner` knows. Those under six characters are masked only after a word such as `password`, since they
   * are part of many others.
   */
  learn: KnownSecrets['learn']
}

/** Makes the redactor that knows `tokens`. */
export function createRedactor(tokens: readonly string[]): Redactor {
  const known = createKnownSecrets(tokens)
  const redact = (text: string) => redactText(known.replace(text))
  return {
    redact,
    shorten: (text) => redact(cutText(text, MAX_SEARCHED)).slice(0, MAX_LENGTH),
    learn: known.learn,
  }
}
