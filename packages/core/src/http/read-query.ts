import type { Selection } from '../types/plugin.ts'

/** Returns what `?check=` and `?skip=` select; undefined where the query has neither. */
export function readSelection(search: string): Selection | undefined {
  if (search.length < 2) return undefined
  const query = new URLSearchParams(search)
  const check = query.has('check') ? query.getAll('check') : undefined
  const skip = query.has('skip') ? query.getAll('skip') : undefined
  return check || skip ? { check, skip } : undefined
}

/** How many unknown names a header lists, and how long it may become. */
const MAX_NAMES = 10
const MAX_LENGTH = 500

/** Encodes names for a header: they come from the request. Names that do not fit are left out. */
export function encodeNames(names: readonly string[]): string {
  return names
    .slice(0, MAX_NAMES)
    .map((name) => encode(name))
    .reduce(
      (list, name) =>
        list.length + name.length < MAX_LENGTH ? [list, name].filter(Boolean).join(',') : list,
      '',
    )
}

/** Encodes as much of a text for a header as fits in `maxLength` characters. */
export function encode(text: string, maxLength: number = Number.POSITIVE_INFINITY): string {
  let encoded = ''
  for (const character of text.slice(0, maxLength)) {
    const next = encodeURIComponent(character.replace(/\p{Surrogate}/u, '\ufffd'))
    if (encoded.length + next.length > maxLength) break
    encoded += next
  }
  return encoded
}
