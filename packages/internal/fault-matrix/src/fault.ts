import type { Awaitable, Check, CheckOptions, Probe } from '@watchman/core'

/** Where a client connects to. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** What a fault wants different about the client before it is opened. */
export interface Setup {
  /** Where it connects to. @default the server itself */
  readonly address?: Address
  /** Whether it insists on TLS. @default false */
  readonly tls?: boolean
  /** Whether it knows no user and no password. @default false */
  readonly anonymous?: boolean
}

/** A client of the application's, as its driver is handed it. */
export interface Client {
  /** What the driver makes of it. */
  readonly probe: Probe
  /** Counts what may be left behind: each must come to 0 once the fault is gone. Negative counts are as wrong. */
  readonly leftovers: () => Awaitable<Readonly<Record<string, number>>>
  /** Counts what is to be given back at the deadline: each must come to 0 while the fault still lasts. @default nothing */
  readonly held?: () => Awaitable<Readonly<Record<string, number>>>
  /** Takes all it has to give, as a busy application does; returns the function that gives it back. */
  readonly exhaust?: () => Promise<Mend>
  readonly close: () => Awaitable<unknown>
}

/** Takes a fault away. */
export type Mend = () => Awaitable<unknown>

/** Where a fault is brought about. */
export interface Stage<Backend> {
  readonly backend: Backend
  readonly client: Client
}

/** One row of the matrix. */
export interface Fault<Backend> {
  /** Why it cannot be brought about on this machine; undefined where it can. */
  readonly missing?: string | undefined
  /** Whether the client has asked before, so that the fault meets what it holds open. @default true */
  readonly used?: boolean
  /** What is different about the client. */
  readonly setup?: (backend: Backend) => Setup
  /**
   * Brings it about; returns the function that takes it away. It returns nothing where only the application can mend it,
   * as with a wrong configuration.
   */
  readonly bring: (stage: Stage<Backend>) => Awaitable<Mend | undefined>
  /** What happens while the probe waits for its answer. */
  readonly meanwhile?: (stage: Stage<Backend>) => Awaitable<unknown>
}

/** Rows of the matrix by their names, in their order. */
export type Faults<Backend> = Readonly<Record<string, Fault<Backend>>>

/** What an operator is to read. */
export type Words = RegExp | 'ok'

/** What one driver makes of one fault. */
export interface Expectation {
  readonly reads: Words
  /**
   * What it reads from then on, also once the fault is gone, until the application connects anew: for a connection that
   * nobody but the application can make again, and for what is wrong with the configuration of the client.
   */
  readonly lasting?: RegExp
}

/** One column of the matrix. */
export interface Driver<Backend> {
  /** The head of the column: `pg (Pool)`. */
  readonly name: string
  /** Why it cannot run on this machine; undefined where it can. */
  readonly missing?: string | undefined
  /** Whether the running Node has it; where not, its cells are left to a Node that does. @default true */
  readonly supported?: boolean
  /** Opens a client as the README of the driver says. */
  readonly open: (backend: Backend, setup?: Setup) => Awaitable<Client>
  /** What is read by the name of the fault; a fault that is not named here cannot happen to this driver. */
  readonly cells: Readonly<Record<string, Words | Expectation>>
}

/** One kind of backend and the drivers that talk to it. */
export interface Kind<Backend extends { stop(): Promise<unknown> }> {
  readonly name: string
  /** Why it cannot be started on this machine; undefined where it can. */
  readonly missing?: string | undefined
  /** Starts one. Two are up at a time: the one that is made to fail, and the healthy other target. */
  readonly start: () => Promise<Backend>
  /** What has to be known about a run on this one: that it is a stand-in. */
  readonly note?: (backend: Backend) => string | undefined
  /** What is not to be seen in any answer or log. */
  readonly secrets: (backend: Backend) => readonly string[]
  /** The check that the probes are handed to: `databases`. */
  readonly check: (probes: Readonly<Record<string, Probe>>, policy: CheckOptions) => Check
  /** The rows. */
  readonly faults: Faults<Backend>
  /** The columns. */
  readonly drivers: readonly Driver<Backend>[]
}
