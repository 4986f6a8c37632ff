import type { DatabaseConnection } from './connection-probe.ts'

/** How a driver uses its pool. */
export interface PoolDriver<Connection extends DatabaseConnection> {
  /** Takes a connection out of the pool. */
  readonly take: () => Promise<Connection>
  /** Sends one query and waits for the result. */
  readonly ask: (connection: Connection) => Promise<unknown>
  /** Gives a connection back. */
  readonly release: (connection: Connection) => void
  /** Closes the socket of a connection, whatever it is doing, and frees its slot. */
  readonly destroy: (connection: Connection) => void
  /** Returns how full the pool is. */
  readonly usage: () => PoolUsage
  /** Lists the connections of the pool, also those that are connecting; empty where the pool does not expose them. */
  readonly connections: () => readonly PooledConnection[]
  /** Lists the requests that wait for a connection, the latest last; empty where the pool does not expose them. */
  readonly queue: () => readonly unknown[]
  /** Calls `listener` with each connection that the pool lends from now on. Returns the function that ends this. */
  readonly onAcquire: (listener: (identity: object) => void) => () => void
  /** Matches the pool's own error when it stops waiting for a free connection. */
  readonly noneFree: RegExp
}

/** How full a pool is; a count is undefined where the pool does not expose it. */
interface PoolUsage {
  /** The maximum number of connections. */
  readonly limit: number | undefined
  /** The number of connections, including those that are connecting. */
  readonly size: number | undefined
  /** The number of connections that nobody uses. */
  readonly idle: number | undefined
  /** The number of callers that wait for a connection. */
  readonly waiting: number | undefined
}

/** A connection in a pool. */
export interface PooledConnection {
  /** The object of the client that it is: always the same one. */
  readonly identity: object
  /** Whether it is still connecting, so that nobody can use it. */
  readonly isConnecting: boolean
  /** A number that grows when something is received over it, and when it is given back. */
  readonly activity: number
  /** Closes its socket. A pool frees the slot of a connection that it cannot make. */
  readonly close: () => void
  /** Frees the slot of a connection that `close` has closed, where the pool still counts it. */
  readonly free: () => void
}
