import type { TargetResult } from '../types/report.ts'

/** How many unknown names a header lists, and how long it may become: they come from the request. */
const MAX_UNKNOWN = 10
const MAX_UNKNOWN_LENGTH = 500

/** How many failing targets a header lists, and how long it may become; proxies limit header size. */
const MAX_FAILING = 25
const MAX_FAILING_LENGTH = 2000

/** Stands for the names that are left out. Encoded, as a header cannot contain it. */
const MORE = encodeURIComponent('…')

/** The value of `X-Watchman-Unknown`. Names that do not fit are left out. */
export function encodeUnknown(names: readonly string[]): string {
  return encodeFitting(names, MAX_UNKNOWN, MAX_UNKNOWN_LENGTH).join(',')
}

/** The value of `X-Watchman-Failing`: the ids of the targets that are failing. Empty where none is. */
export function encodeFailing(results: readonly TargetResult[]): string {
  const ids = results.filter(({ state }) => state === 'failing').map(({ id }) => id)
  const fitting = encodeFitting(ids, MAX_FAILING, MAX_FAILING_LENGTH)
  return (fitting.length < ids.length ? [...fitting, MORE] : fitting).join(',')
}

/** Encodes those of the first names whose list stays shorter than `maxLength` characters. */
function encodeFitting(names: readonly string[], maxNames: number, maxLength: number): readonly string[] {
  const fitting: string[] = []
  let length = 0
  for (const name of names.slice(0, maxNames)) {
    if (name.length >= maxLength) continue // encoding never makes it shorter
    const encoded = encode(name)
    if (length + encoded.length >= maxLength) continue
    fitting.push(encoded)
    length += encoded.length + 1
  }
  return fitting
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
