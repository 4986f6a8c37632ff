import { aName, integerFrom, numberFrom, type Rules } from '@watchman/core/driver'

/** Options of `dashboard`. */
export interface DashboardOptions {
  /** The name of the system, on the page and in the browser's tab. @default 'Watchman' */
  readonly title?: string | undefined
  /**
   * Milliseconds between updates of an open page, from 1000; each runs the checks. Without JavaScript the page reloads
   * at this interval, but at most every 30 s. @default 5000
   */
  readonly refresh?: number | undefined
  /** Number of runs of each target that are remembered and drawn, from 1 to 100. @default 30 */
  readonly history?: number | undefined
}

/** What the options of `dashboard` may contain. */
export const OPTIONS: Rules<DashboardOptions> = {
  title: aName,
  refresh: numberFrom(1000, 86_400_000),
  history: integerFrom(1, 100),
}
