/** What the application does before it measures. */
export type Command = 'measure' | 'run 1000 times'

/** What the application uses after a garbage collection. */
export interface Measurement {
  /** In bytes. */
  readonly heap: number
  /** The number of open sockets, to its clients and to its backends. */
  readonly sockets: number
  /** How often each probe was started. */
  readonly starts: { readonly database: number; readonly cache: number }
  /** Milliseconds since it started. */
  readonly now: number
  /** The warnings of Node.js. */
  readonly warnings: readonly string[]
}
