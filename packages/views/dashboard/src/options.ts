import { WatchmanError } from '@watchman/core'

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** What is watched: stands on the page and in the browser's tab. @default 'Watchman' */
  readonly title?: string | undefined
  /**
   * Milliseconds between updates of an open page, each of which runs the checks, from 1000. Without JavaScript the page
   * reloads as often, but not more than every 30 s. @default 5000
   */
  readonly refresh?: number | undefined
  /** How many runs of each target are remembered and drawn, from 1 to 100. @default 30 */
  readonly history?: number | undefined
}

const RULES: Readonly<
  Record<keyof DashboardOptions, readonly [right: string, isRight: (value: unknown) => boolean]>
> = {
  title: ['a text', (title) => typeof title === 'string' && title.trim() !== ''],
  refresh: [
    'from 1000 to 86400000',
    (delay) => typeof delay === 'number' && delay >= 1000 && delay <= 86_400_000,
  ],
  history: [
    'a whole number from 1 to 100',
    (limit) => Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= 100,
  ],
}

/**
 * Returns `options` where they can work.
 *
 * @throws WatchmanError `INVALID_OPTION` that names the option and what is right.
 */
export function validate(options: DashboardOptions): DashboardOptions {
  if (Object(options) !== options || Array.isArray(options)) refuse('options of dashboard must be an object')
  const rules = new Map(Object.entries(RULES))
  for (const [name, value] of Object.entries(options)) {
    const [right, isRight] = rules.get(name) ?? [`one of ${[...rules.keys()]}`, () => false]
    if (value !== undefined && !isRight(value)) refuse(`option ${name} of dashboard must be ${right}`)
  }
  return options
}

function refuse(message: string): never {
  throw new WatchmanError('INVALID_OPTION', message)
}
