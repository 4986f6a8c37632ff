import { stripVTControlCharacters } from 'node:util'

/** A text as one line, without what would steer a terminal. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
