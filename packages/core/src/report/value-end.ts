/**
 * Returns where a quoted value ends that begins at `start` behind `quote`; the end of the text where it is not closed. A quote
 * may be escaped, as in JSON within JSON: behind `\"`, the value ends at the next `\"`, and may contain `\\\"`.
 */
export function quotedEnd(text: string, start: number, quote: string): number {
  const character = quote.replace(/^\\+/, '')
  const escapes = quote.length - character.length
  for (let at = text.indexOf(character, start); at >= 0; at = text.indexOf(character, at + 1)) {
    let backslashes = 0
    while (at - backslashes > start && text[at - backslashes - 1] === '\\') backslashes += 1
    const isDoubled = escapes === 0 && at > start && text[at + 1] === character // as SQL escapes a quote
    // Each level of escaping doubles the backslashes and adds one.
    if (!isDoubled && backslashes % (2 * escapes + 2) === escapes) return at - escapes
    if (isDoubled) at += 1
  }
  return text.length
}

const OPENING = /\\*["'`]/y

/** Returns where a list or an object ends that begins at `start`; the end of the text where it is not closed. */
export function bracketedEnd(text: string, start: number): number {
  let depth = 0
  let at = start
  while (at < text.length) {
    const character = text[at]
    if (character === '[' || character === '{') depth += 1
    if (character === ']' || character === '}') depth -= 1
    at += 1
    if (depth === 0) return at
    OPENING.lastIndex = at
    const [quote] = OPENING.exec(text) ?? []
    if (quote !== undefined) at = quotedEnd(text, at + quote.length, quote) + quote.length
  }
  return text.length
}
