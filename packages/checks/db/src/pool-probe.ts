import type { Probe } from '@watchman/core'
import { carryOver, type Work } from './carry-over.ts'
import type { Connection } from './connection-probe.ts'
import type { PoolOptions } from './pool-options.ts'

/** What a driver does with its pool. */
export interface PoolDriver<Lent extends Connection> {
  /** Asks the pool for a connection. */
  readonly take: () => Promise<Lent>
  /** One round trip. */
  readonly ask: (connection: Lent) => Promise<unknown>
  /** Gives a connection back. */
  readonly release: (connection: Lent) => void
  /** Closes its socket, whatever it is doing, and frees its slot. */
  readonly destroy: (connection: Lent) => void
  /**
   * Looks at the connection which the pool has begun to make last; returns the function that closes its socket, so that
   * the pool gives it up. Undefined where the pool does not show it.
   */
  readonly newest: () => (() => void) | undefined
  /** How full the pool is; a count is undefined where the pool does not show it. */
  readonly usage: () => Usage
  /** What the pool itself says when it no longer waits for a connection to become free. */
  readonly refusal: RegExp
}

interface Usage {
  /** How many connections there may be. */
  readonly limit: number | undefined
  /** How many there are, those that are being made included. */
  readonly size: number | undefined
  /** How many of them nobody uses. */
  readonly idle: number | undefined
  /** How many callers wait for one. */
  readonly waiting: number | undefined
}

/** Makes the probe that takes a connection out of a pool, asks by it and gives it back; at abort it is destroyed. */
export function poolProbe<Lent extends Connection>(driver: PoolDriver<Lent>, options: PoolOptions): Probe {
  const { ask, release, destroy } = driver
  const take = carryOver(() => request(driver, options), release)

  function query(connection: Lent, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let held = true
      const fail = (error: unknown) => {
        if (!held) return // it was destroyed at the abort, which is why the query fails now
        held = false
        signal.removeEventListener('abort', abort)
        reject(error)
        destroy(connection) // still with our listener: it may have errors to tell
      }
      const abort = () => fail(signal.reason)
      const succeed = () => {
        if (!held) return
        held = false
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

/** Asks for a connection; knows whether it waits for one that others use, or for one that is being made. */
function request<Lent extends Connection>(driver: PoolDriver<Lent>, options: PoolOptions): Work<Lent> {
  const { take, newest, usage, refusal } = driver
  const before = usage()
  const taken = take()
  const after = usage()
  const queued = (after.waiting ?? 0) > (before.waiting ?? 0)
  // A server that accepts and says nothing would keep the slot for ever.
  const close = (after.size ?? 0) > (before.size ?? 0) ? newest() : undefined

  function isBusy(): boolean {
    const { limit, size, idle } = usage()
    return limit !== undefined && size !== undefined && idle === 0 && size >= limit
  }

  function busy(cause: unknown): Error {
    const { limit, size } = usage()
    const numbers = isBusy() ? ` (${size} of ${limit} in use)` : ''
    const error = new Error(`pool has no free connection${numbers}`, { cause })
    return Object.assign(error, { critical: options.busy === 'failing' })
  }

  return {
    outcome: taken.catch((error: unknown) => {
      throw refusal.test(String(error)) ? busy(error) : error
    }),
    pending: (reason) =>
      // Once nobody waits in the pool's queue, the connection for us is being made.
      queued && usage().waiting && isBusy()
        ? busy(reason)
        : new Error('no connection to the server yet', { cause: reason }),
    cancel() {
      close?.()
      return close !== undefined
    },
  }
}

function ignore(): void {
  // The query or the pool tells of it as well; unheard, the event would end the process.
}
