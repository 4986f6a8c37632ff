import { stripVTControlCharacters } from 'node:util'

/** Returns a text as one line, without control characters and escape sequences of terminals. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
