import type { Logger } from './log.ts'
import type { Report } from './report.ts'

/** A value, or a promise of it. */
export type Awaitable<Value> = Value | PromiseLike<Value>

/** What a check returns. Its keys are applied to the JSON response. */
export type Dict = Readonly<Record<string, unknown>>

/**
 * How a target, a check or the whole report is: a degraded one is not well, and does not fail the report. A pending one
 * was not run yet, which only `ViewContext.known` tells.
 */
export type State = 'ok' | 'degraded' | 'failing' | 'pending'

/**
 * Asks one backend one question. Resolves when it answered; rejects when it did not. The value is ignored.
 * Opens nothing it does not close, leaves nothing behind, and gives up what it holds when `signal` aborts.
 * What it rejects with after that shows only when its `cause` is `signal.reason`: "pool has no free connection".
 * Where something is left to be done then, the error's `until` is a promise of its end: nothing is started before.
 * An error that has `critical: false` degrades the report in place of failing it: busy is not broken.
 */
export interface Probe {
  (signal: AbortSignal): Awaitable<unknown>
  /** What is to be mended in how the client is set up, if anything is. What it returns is logged once. */
  readonly advice?: (() => string | undefined) | undefined
}

/**
 * The requests of frameworks. An adapter adds its own by declaration merging, which types `context.raw`.
 *
 * @example
 * declare module '@watchman/core' {
 *   interface RawRequests { readonly express: import('express').Request }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: adapters fill it
export interface RawRequests {}

/** A request as its framework knows it. */
export type RawRequest = RawRequests[keyof RawRequests]

/** What a check is given beside the request. */
export interface CheckContext {
  /** Aborts at the check's deadline and when the watchman is closed. */
  readonly signal: AbortSignal
  /** The framework's own request, where an adapter hands it over. */
  readonly raw?: RawRequest | undefined
}

/** Request in, dict out. Throws or rejects to fail; an `ok: false` or an `Error` anywhere in the dict fails too. */
export type CheckFunction = (request: Request, context: CheckContext) => Awaitable<Dict>

/** How the runner treats a check. */
export interface CheckPolicy {
  /** Milliseconds until a run counts as failed and is told to give up, from 1. @default 5000 */
  readonly timeout?: number | undefined
  /**
   * Milliseconds for which a result is reused; a failure for at most 1000. 0 reuses nothing, but requests that
   * arrive together share a run. @default 1000 for probes; a function without one runs for every request
   */
  readonly ttl?: number | undefined
  /**
   * Milliseconds between runs in the background, give or take a tenth, from 1. They begin with `start()` or the first
   * request, and requests are answered with the latest result: `ttl` is not used. A result older than three intervals
   * is a failure that says so. @default none: runs when it is asked
   */
  readonly interval?: number | undefined
  /** Whether its failure fails the report. Where `false` it degrades it: HTTP 200. @default true */
  readonly critical?: boolean | undefined
  /** So many failures in a row of a target fail the report; fewer degrade it. A whole number from 1. @default 1 */
  readonly failAfter?: number | undefined
  /** Other names by which `?check=` and `?skip=` know it. @default [] */
  readonly aliases?: readonly string[] | undefined
}

/** One check of the report. Made by `defineCheck` or `defineProbeCheck`. */
export interface Check extends CheckPolicy {
  /** What `?check=` and `?skip=` name, and the key of its failure. */
  readonly name: string
  /** Answers one request. */
  readonly run: CheckFunction
  /** The named targets it is made of, if it is: the runner then asks these in place of `run`. */
  readonly targets?: readonly Target[] | undefined
}

/** A guarded probe or function. */
export interface Target<Value = unknown, Input = unknown> {
  /** Its name within the check; empty where the check has no named targets. */
  readonly name: string
  /** Joins the run under way, reuses a result that is fresh, which is there at once, or starts a run. Never rejects. */
  readonly ask: (input: Input) => Outcome<Value> | Promise<Outcome<Value>>
  /** Joins the run under way, or starts one: what the background does. Never rejects. */
  readonly refresh: (input: Input) => Promise<Outcome<Value>>
  /** Ends what runs with `reason`. */
  readonly abort: (reason: Error) => void
  /** What its probe advises. */
  readonly advice?: Probe['advice']
}

/** What a run came to: a value, or what was thrown. */
export type Result<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Error }

/** What a run of a target came to. */
export type Outcome<Value = unknown> = Result<Value> & {
  /** The target's name within the check. */
  readonly name: string
  /** When it was asked, in milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds it took. */
  readonly duration: number
  /** The reading of `performance.now()`, in milliseconds, until which it is reused. */
  readonly expires: number
}

/** What a view is given. */
export interface ViewContext {
  /** The request as it came. */
  readonly request: Request
  /** Headers that every answer carries: no store, no sniffing, no referrer. Added to the response where it lacks them. */
  readonly headers: Readonly<Record<string, string>>
  /** The query parameter that may carry a token: to be kept out of links. */
  readonly tokenName: string
  /** Runs the checks which the query selects. Never rejects. */
  report(): Promise<Report>
  /**
   * What the latest runs of the same checks came to, without running any: for a page that cannot wait for `report`.
   * What was not run yet is pending, and so is a function without a `ttl` until it has answered this very request.
   */
  known(): Report
}

/** Turns the report into a response at `path` below the mount. */
export interface View {
  /** Where it answers, without slashes at either end: `'dashboard'`. `''` is the root. */
  readonly path: string
  /** Whether it asks for a token or `authorize`. @default true */
  readonly protected?: boolean | undefined
  /** Renders the answer to GET; HEAD gets the same without the body. */
  readonly render: (context: ViewContext) => Awaitable<Response>
  /**
   * Hears of each report as it is made, whoever asked and those of the background included, which hold one check. A
   * result that is reused stands in several, with the same `startedAt`.
   */
  readonly observe?: ((report: Report) => void) | undefined
}

/** Where and how a request reached the endpoint. */
export interface Mounted<Reply = Response> extends Framed<Reply> {
  /** The path below the mount: `'/ping'`. `''` and `'/'` are the root. */
  readonly path: string
}

/** What an adapter knows of a request beside the request itself. */
export interface Framed<Reply = Response> {
  /** The framework's own request, for checks that need it. */
  readonly raw?: RawRequest | undefined
  /** The query of the URL, with its question mark: a request that makes its URL when it is read need not. @default its URL's */
  readonly search?: string | undefined
  /**
   * Makes what stands for the response of an answer that is text: an adapter that sends the text itself needs no
   * `Response`, which costs more than all else. For HEAD it is given what GET is, and leaves the body out.
   * @default `new Response(answer.body, answer)`
   */
  readonly respond?: ((answer: Answer) => Reply) | undefined
}

/** What a built-in view answers. It is the same object for as long as the report is reused. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** A response, or what an adapter has made in its place. */
export type Answered<Reply = Response> = Response | NoInfer<Reply> | Promise<Response | NoInfer<Reply>>

/** Options of `createWatchman`. */
export interface WatchmanOptions {
  /** The checks, in the order of the response. A named function is a check of that name. @default [] */
  readonly checks?: readonly (Check | CheckFunction)[] | undefined
  /** Views beside the built-in ones at `''`, `'bare'` and `'ping'`. @default [] */
  readonly views?: readonly View[] | undefined
  /** Tokens that open the protected views: a list, or a string with commas. Without any they are open. */
  readonly tokens?: string | readonly string[] | undefined
  /** The query parameter that carries a token. @default 'watchman-token' */
  readonly tokenName?: string | undefined
  /**
   * Decides in place of the tokens: `true` lets the request pass, `false` answers 403, a `Response` is sent as it is.
   * One that throws, or takes longer than 5000 ms, answers 500.
   */
  readonly authorize?: ((request: Request) => Awaitable<boolean | Response>) | undefined
  /** The HTTP status when a check fails, from 200 to 599. @default 500 */
  readonly errorCode?: number | undefined
  /** Sends `X-Watchman-Version`. @default false */
  readonly exposeVersion?: boolean | undefined
  /** `'none'` leaves only `{"ok":false}` of a failure. @default 'full' */
  readonly details?: 'full' | 'none' | undefined
  /** Adds `stacktrace` to failures. @default false */
  readonly stacktraces?: boolean | undefined
  /** Milliseconds until the whole report is answered with what is known, from 1. @default none: each check has its own */
  readonly deadline?: number | undefined
  /** Hears of each change of state, with the full cause: `console`, a pino logger or the like. @default none */
  readonly logger?: Logger | undefined
}

/** A status endpoint. Its functions need no `this`. */
export interface Watchman {
  /** Answers every view below the root of the URL. Never rejects. */
  fetch(request: Request): Promise<Response>
  /** Answers every view below a mount: what adapters call. At once where nothing is waited for. Never throws or rejects. */
  handle<Reply = Response>(request: Request, mounted: Mounted<Reply>): Answered<Reply>
  /** The JSON of every check, at any path; else as `handle`. */
  status<Reply = Response>(request: Request, framed?: Framed<Reply>): Answered<Reply>
  /** The status code without a body, at any path; else as `handle`. */
  bare<Reply = Response>(request: Request, framed?: Framed<Reply>): Answered<Reply>
  /** `pong` without running a check, at any path; else as `handle`. */
  ping<Reply = Response>(request: Request, framed?: Framed<Reply>): Answered<Reply>
  /** Runs the checks without HTTP: those which the request's query selects, all without one. Never rejects. */
  run(request?: Request): Promise<Report>
  /** Begins the checks that have an `interval`; without it the first request does. */
  start(): void
  /** Stops timers and aborts what runs; from then on every answer is 503. */
  close(): Promise<void>
}
