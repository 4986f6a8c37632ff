import { WatchmanError } from '@watchman/core'

/** What is right for an option, and a test of its value. */
export type Rules<Options> = Readonly<
  Record<keyof Options, readonly [right: string, isRight: (value: unknown) => boolean]>
>

/** What a host may be. */
export const isHost = (value: unknown) => typeof value === 'string' && /^[\w.:-]+$/.test(value)

/** What a port may be. */
export const isPort = (value: unknown) =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536

/** @throws WatchmanError `INVALID_OPTION` that names the option of `owner` and what is right. */
export function ensureOptions<Options extends object>(
  owner: string,
  options: Options,
  rules: Rules<Options>,
): void {
  const known = new Map(Object.entries<Rules<Options>[keyof Options]>(rules))
  for (const [name, value] of Object.entries(Object(options))) {
    const [right, isRight] = known.get(name) ?? [`one of ${[...known.keys()]}`, () => false]
    ensure(value === undefined || isRight(value), `option ${name} of ${owner}(…) must be ${right}`)
  }
}

/** @throws WatchmanError `INVALID_OPTION` unless `condition` holds. */
export function ensure(condition: boolean, message: string): void {
  if (!condition) throw new WatchmanError('INVALID_OPTION', message)
}
