import type { Probe } from '@watchman/core'

/** A connection of a client, as an emitter of errors. */
export interface Connection {
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/** What a driver does with its connection. */
export interface ConnectionDriver<Held extends Connection> {
  /** One round trip. */
  readonly ask: (connection: Held) => Promise<unknown>
  /** What the client says when it has no connection any more. */
  readonly closed: RegExp
}

/**
 * Makes the probe that asks by a connection of the application's. What was asked cannot be taken back and the connection
 * is not ours to close, so the probe ends with the answer or with the connection.
 */
export function connectionProbe<Held extends Connection>(
  connection: Held,
  { ask, closed }: ConnectionDriver<Held>,
): Probe {
  const listener = () => {} // unheard, an error event would end the process; the rejected query tells of it as well
  return async () => {
    connection.removeListener('error', listener)
    connection.on('error', listener)
    try {
      await ask(connection)
    } catch (error) {
      // The listener stays: a broken connection may have more to tell.
      if (!closed.test(String(error))) throw error
      throw new Error('the connection is closed, and only the application can open a new one', {
        cause: error,
      })
    }
    connection.removeListener('error', listener)
  }
}
