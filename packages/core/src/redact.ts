const MASK = '***'

// A URL, up to a space or quote. What stands before its last @ goes: a password may itself hold an @ or a slash. That of
// a file, as stack traces have it, holds none, and its path may lead through a scope.
const URLS = /(?<!file):\/\/[^\s"'<>]+/g

// `password=…`, `"api_key": "…"`, `Authorization: Bearer …`, with or without quotes.
const PAIRS =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|access)[-_]?key|authorization)["']?\s*[=:]\s*)(?:(")[^"]*|(')[^']*|(?:bearer |basic )?[^\s&;,)"']+)/gi

/** Makes the function that cuts `secrets`, userinfo in URLs and named credentials out of a text. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)])
  forms.sort((a, b) => b.length - a.length) // one may contain another
  const patterns = forms.map((form) => {
    const exact = form.replace(/\W/g, '\\$&')
    return form.length < 4 ? `(?<!\\w)${exact}(?!\\w)` : exact // a short one stands in many words
  })
  const exactly = new RegExp(patterns.join('|') || '(?!)', 'g')
  return (text) =>
    text
      .replace(exactly, MASK)
      .replace(URLS, (url) => url.replace(/^:.*@/, `://${MASK}@`))
      .replace(PAIRS, `$1$2$3${MASK}`)
}
