import type { Probe } from '@watchman/core'
import { adoptPending } from '@watchman/core/driver'

/** A connection of a client, as far as it emits errors. */
export interface DatabaseConnection {
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/** How a driver uses its connection. */
export interface ConnectionDriver<Connection extends DatabaseConnection> {
  /** Sends one query and waits for the result. */
  readonly ask: (connection: Connection) => Promise<unknown>
  /** Matches the client's error for a connection that is closed. */
  readonly closed: RegExp
}

/**
 * Makes a probe of a connection that belongs to the application. A query that was sent cannot be cancelled, and the probe must
 * not close the connection: the next run adopts it. Another one would only wait behind it.
 */
export function connectionProbe<Connection extends DatabaseConnection>(
  connection: Connection,
  { ask, closed }: ConnectionDriver<Connection>,
): Probe {
  // Without a listener an 'error' event crashes the process. The rejected query reports the same error.
  const listener = () => {}

  async function query(): Promise<void> {
    connection.removeListener('error', listener)
    connection.on('error', listener)
    try {
      await ask(connection)
    } catch (error) {
      // The listener stays: a broken connection may emit further errors.
      if (!closed.test(String(error))) throw error
      throw new Error('the connection is closed, and only the application can open a new one', {
        cause: error,
      })
    }
    connection.removeListener('error', listener)
  }

  return adoptPending(
    () => ({ outcome: query(), pending: () => undefined }),
    () => {}, // the answer holds nothing
  )
}
