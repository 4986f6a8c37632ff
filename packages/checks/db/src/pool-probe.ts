import type { Probe } from '@watchman/core'
import { adoptPending, degraded, type Operation } from '@watchman/core/driver'
import type { DatabaseConnection } from './connection-probe.ts'
import type { PoolOptions } from './pool-options.ts'

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
  /**
   * Returns a function that closes the socket of the newest connection, which may still be connecting, so that the pool
   * frees its slot. Undefined where the pool does not expose its connections.
   */
  readonly closerOfNewest: () => (() => void) | undefined
  /** Returns how full the pool is. */
  readonly usage: () => PoolUsage
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

/** Makes a probe that takes a connection out of a pool, sends a query and gives it back; at the abort it is destroyed. */
export function poolProbe<Connection extends DatabaseConnection>(
  driver: PoolDriver<Connection>,
  options: PoolOptions,
): Probe {
  const { ask, release, destroy } = driver
  const take = adoptPending(() => requestConnection(driver, options), release)

  function query(connection: Connection, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let isHeld = true
      const fail = (error: unknown) => {
        if (!isHeld) return // it was destroyed at the abort, which rejected the query
        isHeld = false
        signal.removeEventListener('abort', abort)
        reject(error)
        destroy(connection) // the 'error' listener stays: it may emit further errors
      }
      const abort = () => fail(signal.reason)
      const succeed = () => {
        if (!isHeld) return
        isHeld = false
        signal.removeEventListener('abort', abort)
        connection.removeListener('error', ignore)
        release(connection)
        resolve()
      }
      connection.on('error', ignore)
      signal.addEventListener('abort', abort)
      ask(connection).then(succeed, fail)
    })
  }

  return async (signal) => {
    const connection = await take(signal)
    if (!signal.aborted) return query(connection, signal)
    release(connection)
    throw signal.reason
  }
}

/** Takes a connection. Its errors distinguish a pool whose connections are all in use from a connection that is not made. */
function requestConnection<Connection extends DatabaseConnection>(
  driver: PoolDriver<Connection>,
  options: PoolOptions,
): Operation<Connection> {
  const { take, closerOfNewest, usage, noneFree } = driver
  const before = usage()
  const taken = take()
  const after = usage()
  const isQueued = (after.waiting ?? 0) > (before.waiting ?? 0)
  // Without it, a server that accepts connections but never answers would occupy the slot forever.
  const closeNew = (after.size ?? 0) > (before.size ?? 0) ? closerOfNewest() : undefined

  function isFull(): boolean {
    const { limit, size, idle } = usage()
    return limit !== undefined && size !== undefined && idle === 0 && size >= limit
  }

  function busy(cause: unknown): Error {
    const { limit, size } = usage()
    const numbers = isFull() ? ` (${size} of ${limit} in use)` : ''
    const message = `pool has no free connection${numbers}`
    return options.busy === 'failing' ? new Error(message, { cause }) : degraded(message, { cause })
  }

  return {
    outcome: taken.catch((error: unknown) => {
      throw noneFree.test(String(error)) ? busy(error) : error
    }),
    pending: (reason) =>
      // An empty queue means that the pool is connecting the connection that this request will get.
      isQueued && usage().waiting && isFull()
        ? busy(reason)
        : new Error('no connection to the server yet', { cause: reason }),
    cancel() {
      closeNew?.()
      return closeNew !== undefined
    },
  }
}

/** Handles 'error' events, which would crash the process without a listener. The query or the pool reports them too. */
function ignore(): void {}
