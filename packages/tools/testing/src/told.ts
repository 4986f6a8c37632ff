import { fail } from 'node:assert/strict'

/** What tells nobody what to mend. */
const SAYS_NOTHING =
  /^(?:(?:unknown |internal )?error|fail(?:ed|ure)?|failed with (?:undefined|null|true|false|\[object Object\])|fetch failed|down|unhealthy|not ok|no answer|no result|timed? ?out(?: after \d+ ?ms)?|timeout(?: error)?|abort(?:ed|error)?|th(?:e|is) operation was aborted.*|something went wrong|unreadable error)[.!]?$/i

/** Asserts that an error as the report shows it names a cause. */
export function ensureNamesCause(error: string): void {
  const told = error.trim()
  if (told === '' || SAYS_NOTHING.test(told)) fail(`the error names no cause: "${told}"`)
}

/** Asserts that a text holds none of the secrets, as they are or as a URL or JSON has them. */
export function ensureNoSecret(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
    if (forms.some((form) => text.includes(form))) fail(`the credential "${secret}" is shown: ${text}`)
  }
}
