import type { Awaitable } from './check.ts'
import type { Report, TargetResult } from './report.ts'

/**
 * Which targets to use: names or aliases of checks (`'databases'`) or of targets (`'databases.orders'`). An alias that
 * contains dots is matched as a whole before its last part is read as a target.
 */
export interface Selection {
  /** Only these. @default all */
  readonly check?: readonly string[] | undefined
  /** All but these. @default none */
  readonly skip?: readonly string[] | undefined
}

/** A selection of targets. */
export interface Group {
  /** Runs what has no fresh result and returns the report. Never rejects. */
  report(): Promise<Report>
  /**
   * Returns the latest results without running anything. A target without a result is pending. What a check function
   * without a `ttl` returned belongs to its request and is left out.
   */
  snapshot(): Report
}

/** Adds views and listens to results. */
export interface Plugin {
  /** Appears in errors and logs. Unique within a watchman. */
  readonly name: string
  /** Called once by `createWatchman`. Must be synchronous. What it throws is thrown by `createWatchman`. */
  setup(host: Host): void
}

/**
 * What a plugin can use. All but `select` throws after `setup` has returned.
 *
 * @experimental May change in a minor version before 0.2.
 */
export interface Host {
  /**
   * Returns a group of targets.
   *
   * @throws WatchmanError `INVALID_OPTION` for a name that does not exist.
   * @example
   * const ready = host.select({ check: ['databases', 'caches.sessions'] })
   */
  select(selection?: Selection): Group
  /**
   * Answers GET and HEAD at `path` below the mount. `'readyz/*'` answers at `readyz` and everywhere below it.
   *
   * @throws WatchmanError `INVALID_PLUGIN` for a path that cannot work, `DUPLICATE_NAME` for one that is taken.
   * @example
   * host.view('badge', async ({ selected }) => new Response((await selected.report()).state))
   */
  view(path: string, render: ViewFunction, options?: ViewOptions): void
  /**
   * Calls `listener` once for each completed run of a target, with the result before it. Errors of listeners are logged. Without an
   * `interval` a target runs only when somebody asks for a report.
   *
   * @example
   * host.onResult(({ id, duration }) => client.timing(id, duration))
   */
  onResult(listener: ResultListener, options?: ListenerOptions): void
  /**
   * Logs a warning about how the plugin is set up, with the name of the plugin.
   *
   * @example
   * host.warn('no interval is set, so that nobody is notified')
   */
  warn(message: string): void
  /**
   * Runs every probe and check function inside `wrap`. The outcome is that of `run`, whatever `wrap` returns; a `wrap`
   * that does not call `run` fails the target.
   *
   * @example
   * host.wrapRuns((run) => suppressTracing(run))
   */
  wrapRuns(wrap: RunWrapper): void
  /** Calls `listener` when the watchman is closed; `close()` waits for it. */
  onClose(listener: () => Awaitable<void>): void
}

/** Renders a view. What it throws is logged and answered with 500. */
export type ViewFunction = (context: ViewContext) => Awaitable<Response>

/** Options of a view. */
export interface ViewOptions {
  /** Whether it answers without a token. @default false */
  readonly open?: boolean | undefined
}

/** Options of a listener. */
export interface ListenerOptions {
  /**
   * Whether the plugin is of no use where nobody asks for reports, such as one that sends alerts. Then a warning at start names
   * the targets that have no `interval`. @default false
   */
  readonly needsInterval?: boolean | undefined
}

/** Receives the result of each completed run, and the result before it. */
export type ResultListener = (result: TargetResult, previous?: TargetResult) => unknown

/** Runs a probe or check function inside something else, such as a tracing context. */
export type RunWrapper = (
  run: () => Promise<unknown>,
  target: { readonly check: string; readonly name: string },
) => Promise<unknown>

/** What a view is given. */
export interface ViewContext {
  /** The request, as it was received. */
  readonly request: Request
  /** The URL of the request without the token: safe to show and to link to. */
  readonly url: URL
  /** The path below the view: `'databases/default'` for `/readyz/databases/default` of `'readyz/*'`, else empty. */
  readonly below: string
  /** The targets that `?check=` and `?skip=` select. */
  readonly selected: Group
  /** Whether the request carries a token or `authorize` accepts it; always true in a view that is not open. */
  authorized(): Promise<boolean>
}
