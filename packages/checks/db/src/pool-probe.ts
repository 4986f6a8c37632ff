import type { Probe } from '@watchman/core'
import { adoptPending } from '@watchman/core/driver'
import { busyError } from './busy-error.ts'
import type { DatabaseConnection } from './connection-probe.ts'
import type { PoolDriver } from './pool-driver.ts'
import type { PoolOptions } from './pool-options.ts'
import { countProgress } from './pool-progress.ts'
import { createRequests } from './request-connection.ts'

/** Makes a probe that takes a connection out of a pool, sends a query and gives it back; at the abort it is destroyed. */
export function poolProbe<Connection extends DatabaseConnection>(
  driver: PoolDriver<Connection>,
  options: PoolOptions,
): Probe {
  const { ask, release, destroy } = driver
  const progressOf = countProgress(driver.connections)

  function busy(message: string, cause: unknown): Error {
    const progress = driver.connections().length > 0 ? progressOf() : undefined
    return busyError(message, options, { cause, progress })
  }

  const take = adoptPending(createRequests(driver, busy), release)

  async function query(connection: Connection, signal: AbortSignal): Promise<void> {
    connection.on('error', ignore)
    try {
      await unlessAborted(() => ask(connection), signal)
    } catch (error) {
      destroy(connection) // the 'error' listener stays: it may emit further errors
      throw error
    }
    connection.removeListener('error', ignore)
    release(connection)
  }

  return async (signal) => {
    const connection = await take(signal)
    if (!signal.aborted) return query(connection, signal)
    release(connection)
    throw signal.reason
  }
}

/** Settles as `act` does, or rejects when `signal` aborts. */
function unlessAborted(act: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    const end = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    act().finally(end).then(resolve, reject)
  })
}

/** Handles 'error' events, which would crash the process without a listener. The query or the pool reports them too. */
function ignore(): void {}
