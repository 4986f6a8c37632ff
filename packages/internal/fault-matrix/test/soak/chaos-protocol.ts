/** The `timeout` of every target, in milliseconds. */
export const TIMEOUT = 1000

/** The `ttl` and the `failureTtl` of every target, in milliseconds. */
export const TTL = 250

/** Milliseconds by which an answer and a verdict may be late on a machine that nobody else uses. */
export const GRACE = 1000

/** The response header with the milliseconds by which the timers of the application have been late so far. */
export const LATENESS_HEADER = 'x-lateness'

/** The backends of the application, by the name of the check and of the backend. */
const BACKENDS = [
  'postgres',
  'mariadb',
  'mongodb',
  'redis',
  'memcached',
  'smtp',
  's3',
  'http',
  'folder',
] as const

export type BackendName = (typeof BACKENDS)[number]

/**
 * The URL of each backend, with user and password; the path of the folder. A backend that this machine does not have is left
 * out.
 */
export type Urls = Readonly<Partial<Record<BackendName, string>>>

/** The prefix of the keys that the probes write. */
export const PREFIX = 'chaos:'

/** What the application uses after a garbage collection. */
export interface Usage {
  /** In bytes. */
  readonly heap: number
  /** The number of open sockets, to its clients and to its backends. */
  readonly sockets: number
  /** Connections, slots and sockets that a client has given out, and whoever waits for one. */
  readonly held: Readonly<Record<string, number>>
  /** The answers that came too late, and the errors that would have ended the process. */
  readonly faults: readonly string[]
}
