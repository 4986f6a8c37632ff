import type { Policy } from './policy.ts'

/** A value, or a promise of it. */
export type Awaitable<Value> = Value | PromiseLike<Value>

/** The object that a check returns. Its keys are applied to the JSON response. */
export type Dict = Readonly<Record<string, unknown>>

/**
 * Asks one backend one question. Resolves when the backend answered; rejects when it did not. `false`, an `Error` or an
 * object with `ok: false` is a failure too. From `{ ok, details }` the details are shown; any other value is ignored.
 * A probe closes what it opens, leaves nothing behind, and gives back what it holds when `signal` aborts.
 * After that the report shows the timeout, unless the rejection's `cause` is `signal.reason`.
 */
export interface Probe {
  (signal: AbortSignal): Awaitable<unknown>
  /** Returns a warning about the client's configuration, if there is one; logged once. */
  readonly setupWarning?: (() => string | undefined) | undefined
  /**
   * Returns what must never be shown, such as the client's password: called at the start and after each run. One of fewer than six
   * characters is masked only after a word such as `password`.
   */
  readonly secrets?: (() => readonly string[]) | undefined
}

/** A probe, alone or with its own policy. */
export type Target = Probe | (Policy & { readonly probe: Probe })

/** What a check function is given beside the request. */
export interface CheckContext {
  /** Aborts at the check's timeout and when the watchman is closed. */
  readonly signal: AbortSignal
  /** The framework's own request, where the adapter passes one. Adapters export a function that returns it typed. */
  readonly raw: unknown
}

/**
 * Turns a request into an object whose keys are applied to the JSON response. Throws or rejects to fail; an `ok: false`
 * or an `Error` anywhere in the object fails too.
 */
export type CheckFunction = (request: Request, context: CheckContext) => Awaitable<Dict>

interface NamedCheck extends Policy {
  /** The name that `?check=` and `?skip=` select, and the key of its result. */
  readonly name: string
  /** Other names that `?check=` and `?skip=` accept. @default [] */
  readonly aliases?: readonly string[] | undefined
}

/** A check made of a function. */
export interface FunctionCheck extends NamedCheck {
  /** Answers one request. */
  readonly run: CheckFunction
  readonly targets?: undefined
}

/** A check made of probes: a single one, or several with names. */
export interface ProbeCheck extends NamedCheck {
  /** One probe answers `{"name":{"ok":true}}`, named ones a list sorted by name. */
  readonly targets: Probe | Readonly<Record<string, Target>>
  readonly run?: undefined
}

/**
 * One check, as plain data: `createWatchman` adds timeouts, single flight and reuse. One check may be given to several
 * watchmen: they share nothing, so that each asks the backend. Within one watchman a name can be used only once.
 */
export type Check = FunctionCheck | ProbeCheck
