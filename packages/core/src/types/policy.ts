/** How the runner treats a target. The policy of a check is the default of its targets. */
export interface Policy {
  /** Milliseconds until a run counts as failed and its signal aborts, from 1. @default 5000 */
  readonly timeout?: number | undefined
  /**
   * Milliseconds for which a successful result is reused. With 0 nothing is reused, but requests that arrive together
   * share a run. @default 1000 for probes; a check function without a `ttl` runs for every request
   */
  readonly ttl?: number | undefined
  /** Milliseconds for which a failed result is reused. @default the smaller of `ttl` and 1000 */
  readonly failureTtl?: number | undefined
  /**
   * Milliseconds between runs in the background, with ±10 % jitter, from 1. They begin with `start()` or the first
   * request, and requests are answered with the latest result: `ttl` is not used. A result older than three intervals is
   * not used: a request waits for a run, and a snapshot shows pending. An interval of `defaults` is at least the `ttl` that
   * the target or its check sets, so that a mail server is not asked more often.
   *
   * @default none: the target runs when a report is asked for
   */
  readonly interval?: number | undefined
  /** Whether its failure fails the report. Where `false` it degrades the report, which keeps its HTTP status. @default true */
  readonly critical?: boolean | undefined
  /**
   * Consecutive failed runs after which a target is failing; fewer degrade it. A target that was never ok is failing
   * at once. A whole number from 1. @default 1
   */
  readonly failureThreshold?: number | undefined
  /** Consecutive successful runs that end a failing state. A whole number from 1. @default 1 */
  readonly successThreshold?: number | undefined
  /** Milliseconds after which a successful run counts as degraded. @default none */
  readonly slowAfter?: number | undefined
  /**
   * The id of another target that this one needs, such as `'databases.default'`. While both fail, the result names it in
   * `causedBy`; the state does not change. An unknown id or a cycle is refused by `createWatchman`. @default none
   */
  readonly dependsOn?: string | undefined
}
