import { InvalidArgumentError } from 'commander'

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
])

/**
 * Returns the milliseconds of a duration such as `500`, `500ms`, `30s` or `2m`.
 *
 * @throws InvalidArgumentError for anything else, and for a duration that no timer supports.
 */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(\D*)$/.exec(text) ?? []
  const milliseconds = Number(digits) * (MILLISECONDS.get(unit) ?? 0)
  if (milliseconds >= 1 && milliseconds < 2 ** 31) return milliseconds
  throw new InvalidArgumentError('It must be milliseconds from 1 to 2147483647, or like 500ms, 30s or 2m.')
}
