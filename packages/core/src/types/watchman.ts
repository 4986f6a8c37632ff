import type { Awaitable, Check, CheckFunction } from './check.ts'
import type { Group, Plugin, Selection } from './plugin.ts'
import type { Policy } from './policy.ts'
import type { State } from './report.ts'

/** What a line of the log is about, beside its sentence. */
export interface LogFields {
  /** The target, view or plugin. */
  readonly subject?: string
  readonly state?: State
  readonly error?: string
  /** How long the run took, in milliseconds. */
  readonly duration?: number
  readonly stack?: string
}

/**
 * Where changes of state are written: `console`, a logger of pino, winston or Nest, or any object with these methods. A logger of
 * pino receives the fields first, as it expects.
 */
export interface Logger {
  /** Receives recoveries. */
  info?(message: string, fields: LogFields): void
  /** Receives them where there is no `info`. */
  log?(message: string, fields: LogFields): void
  /** Receives degraded states and warnings about a client's configuration. */
  warn(message: string, fields: LogFields): void
  /** Receives failures with their causes. */
  error(message: string, fields: LogFields): void
}

/** Options of `createWatchman`. */
export interface WatchmanOptions {
  /** The checks, in the order of the response. A named function is a check of that name. @default [] */
  readonly checks?: readonly (Check | CheckFunction)[] | undefined
  /** Views and listeners, such as the dashboard. @default [] */
  readonly plugins?: readonly Plugin[] | undefined
  /** The policy of every target, where neither the target nor its check sets a value. @default {} */
  readonly defaults?: Omit<Policy, 'dependsOn'> | undefined
  /**
   * Tokens that open the protected views: a list, or a string separated by commas. `false`, as without this option: they are open
   * to everyone. With `undefined` or without a token in it, as where a variable is not set: they are closed to everyone.
   *
   * @default false
   */
  readonly tokens?: string | readonly (string | undefined)[] | false | undefined
  /** The query parameter that carries a token. @default 'watchman-token' */
  readonly tokenName?: string | undefined
  /**
   * Decides in place of the tokens: `true` accepts the request, `false` answers 403, a `Response` is sent as it is.
   * If it throws, or takes longer than 5000 ms, the answer is 500.
   */
  readonly authorize?: ((request: Request) => Awaitable<boolean | Response>) | undefined
  /** The HTTP status while a target is failing, from 200 to 599. @default 500 */
  readonly failingStatus?: number | undefined
  /** The HTTP status while a target is degraded and none is failing, from 200 to 599. @default 200 */
  readonly degradedStatus?: number | undefined
  /** Sends `X-Watchman-Version`. @default false */
  readonly exposeVersion?: boolean | undefined
  /** `'none'` leaves only `{"ok":false}` of a failure. @default 'full' */
  readonly details?: 'full' | 'none' | undefined
  /** Adds `stacktrace` to failures. @default false */
  readonly stacktraces?: boolean | undefined
  /**
   * Milliseconds until a report is answered with the latest results, from 1.
   * @default none: every target ends at its own timeout
   */
  readonly deadline?: number | undefined
  /** The characters of JSON that the result of one run may take; a larger one is a failure. From 1. @default 1_000_000 */
  readonly maxSize?: number | undefined
  /** Receives each change of state with its full cause. @default none */
  readonly logger?: Logger | undefined
}

/** A status endpoint. Its functions need no `this`. As a `Group` it stands for all targets. */
export interface Watchman extends Group {
  /** Answers every view below the root of the URL. Never rejects. */
  fetch(request: Request): Promise<Response>
  /** Answers the JSON status at any path. Never rejects. */
  status(request: Request): Promise<Response>
  /** Answers the status code without a body at any path. Never rejects. */
  bare(request: Request): Promise<Response>
  /** Answers `pong` at any path without running a check. Never rejects. */
  ping(request: Request): Promise<Response>
  /**
   * Returns a group of targets.
   *
   * @throws WatchmanError `INVALID_OPTION` for a name that does not exist.
   */
  select(selection?: Selection): Group
  /**
   * Answers 503 until the returned function is called, for draining, warming up or maintenance. States do not change.
   *
   * @throws WatchmanError `INVALID_OPTION` for a reason that is not a non-empty string.
   * @example
   * process.once('SIGTERM', () => watchman.holdReadiness('draining'))
   */
  holdReadiness(reason: string): () => void
  /** Starts the targets that have an `interval`; without it the first request does. */
  start(): void
  /** Stops timers and aborts what runs; from then on every report is 503. Waits for the plugins' `onClose`. */
  close(): Promise<void>
}
