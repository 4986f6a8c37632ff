import type { Awaitable, Check, CheckOptions, Probe } from '@watchman/core'

/** Where a client connects to. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** How a fault changes the client that it is injected into. */
export interface ClientOptions {
  /** @default the address of the server itself */
  readonly address?: Address
  /** Whether the client requires TLS. @default false */
  readonly tls?: boolean
  /** Whether the client has no user and no password. @default false */
  readonly anonymous?: boolean
}

/** A client of the application, with the probe that its driver makes. */
export interface TestClient {
  readonly probe: Probe
  /** Counts what must be gone once the fault is gone: each count must become 0. Negative counts fail too. */
  readonly leftovers: () => Awaitable<Readonly<Record<string, number>>>
  /** Counts what must be released at the timeout: each count must become 0 while the fault lasts. @default nothing */
  readonly heldResources?: () => Awaitable<Readonly<Record<string, number>>>
  /**
   * Takes every connection of the pool, or the lock, as a busy application does; returns the function that releases them.
   * `lock` is the statement that takes the lock.
   */
  readonly exhaust?: (lock?: string) => Promise<Restore>
  readonly close: () => Awaitable<unknown>
}

/** Removes a fault. */
export type Restore = () => Awaitable<unknown>

/** What a fault is injected into. */
export interface FaultContext<Backend> {
  readonly backend: Backend
  readonly client: TestClient
}

/** One row of the matrix. */
export interface Fault<Backend> {
  /** Why it cannot be injected on this machine; undefined if it can. */
  readonly skipReason?: string | undefined
  /** Whether the probe succeeds once before, so that the client has open connections. @default true */
  readonly warmUp?: boolean
  readonly clientOptions?: (backend: Backend) => ClientOptions
  /**
   * Injects the fault; returns the function that removes it, or undefined if only the application can, as with a wrong
   * configuration.
   */
  readonly inject: (context: FaultContext<Backend>) => Awaitable<Restore | undefined>
  /** Called once the clients are closed: ends what they cannot end. */
  readonly afterClose?: (backend: Backend) => unknown
  /** Called while the probe waits for its response. */
  readonly duringProbe?: (context: FaultContext<Backend>) => Awaitable<unknown>
}

/** The rows of the matrix by name, in order. */
export type Faults<Backend> = Readonly<Record<string, Fault<Backend>>>

/** The error that the report must show, or `ok`. */
export type ExpectedMessage = RegExp | 'ok'

/** What the report shows for one driver and one fault. */
export interface Expectation {
  readonly message: ExpectedMessage
  /**
   * What the report still shows once the fault is gone, until the application reconnects: for a connection that only the
   * application can reopen, and for a wrong configuration.
   */
  readonly stickyMessage?: RegExp
  /**
   * In how many timeouts the target is ok again once the fault is gone: one for each run that has to fail before the client opens
   * a new connection. @default 1
   */
  readonly recoveryTimeouts?: number
}

/** One column of the matrix. */
export interface DriverSpec<Backend> {
  /** The head of the column: `pg (Pool)`. */
  readonly name: string
  /** Why it cannot run on this machine; undefined if it can. */
  readonly skipReason?: string | undefined
  /** Whether the running version of Node.js can load it. If not, its cells are tested by another version. @default true */
  readonly supported?: boolean
  /** Opens a client as the README of the driver recommends. */
  readonly open: (backend: Backend, options?: ClientOptions) => Awaitable<TestClient>
  /** What is expected, by the name of the fault. A fault that is not listed cannot happen to this driver. */
  readonly cells: Readonly<Record<string, ExpectedMessage | Expectation>>
}

/** One table of the matrix: a backend, its faults and its drivers. */
export interface BackendSpec<Backend extends { stop(): Promise<unknown> }> {
  /** The title of the table. */
  readonly name: string
  /** Why it cannot be started on this machine; undefined if it can. */
  readonly skipReason?: string | undefined
  /** Starts one. Two run at a time: one for the faults, and a healthy one. */
  readonly start: () => Promise<Backend>
  /** A remark for the docs: that the server is a stand-in. */
  readonly note?: (backend: Backend) => string | undefined
  /** What must not be shown in any response or log. */
  readonly secrets: (backend: Backend) => readonly string[]
  /** The check that runs the probes: `databases`. */
  readonly check: (probes: Readonly<Record<string, Probe>>, policy: CheckOptions) => Check
  /** The rows. */
  readonly faults: Faults<Backend>
  /** The columns. */
  readonly drivers: readonly DriverSpec<Backend>[]
}
