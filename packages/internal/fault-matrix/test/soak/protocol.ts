/** What the application is told to do before it is read. */
export type Order = 'read' | 'run 1000 times'

/** What the application holds, after the garbage is collected. */
export interface Reading {
  /** Bytes. */
  readonly heap: number
  /** Open sockets, those of its clients and those to its backends. */
  readonly sockets: number
  /** How often each probe was started. */
  readonly starts: { readonly database: number; readonly cache: number }
  /** Milliseconds since it began. */
  readonly now: number
  /** What Node warned of. */
  readonly warnings: readonly string[]
}
