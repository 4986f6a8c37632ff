import { WatchmanError } from '@watchman/core'

/** Options of the probe of a pool. */
export interface PoolOptions {
  /**
   * How a pool without a free connection is reported: `degraded` says so and keeps the HTTP status 200, since busy is not
   * broken; `failing` fails the report. @default 'degraded'
   */
  readonly busy?: 'degraded' | 'failing' | undefined
}

const BUSY: readonly unknown[] = [undefined, 'degraded', 'failing']

/** @throws WatchmanError `INVALID_OPTION` that names the option of `driver` and what is right. */
export function ensureOptions(driver: string, options: PoolOptions): void {
  for (const [name, value] of Object.entries(Object(options))) {
    if (name !== 'busy') throw refuse(`option ${name} of ${driver}(…) must be busy`)
    if (!BUSY.includes(value)) throw refuse(`option busy of ${driver}(…) must be degraded or failing`)
  }
}

function refuse(message: string): WatchmanError {
  return new WatchmanError('INVALID_OPTION', message)
}
