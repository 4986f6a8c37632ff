import { fail } from 'node:assert/strict'

/** Messages without diagnostic value. */
const MEANINGLESS =
  /^(?:(?:unknown |internal )?error|fail(?:ed|ure)?|failed with (?:undefined|null|true|false|\[object Object\])|resolved to (?:false|\{ ok: false \})|ok is false|fetch failed|down|unhealthy|not ok|no answer|no result|timed? ?out(?: after \d+ ?ms)?|timeout(?: error)?|abort(?:ed|error)?|th(?:e|is) operation was aborted.*|something went wrong|unreadable error)[.!]?$/i

/** Asserts that an error, as the report shows it, names a cause. */
export function assertNamesCause(error: string): void {
  const message = error.trim()
  if (message === '' || MEANINGLESS.test(message)) fail(`the error names no cause: "${message}"`)
}

/** Asserts that a text contains none of the secrets, plain or encoded as in a URL or in JSON. */
export function assertNoSecret(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
    if (forms.some((form) => text.includes(form))) fail(`the credential "${secret}" is shown: ${text}`)
  }
}
