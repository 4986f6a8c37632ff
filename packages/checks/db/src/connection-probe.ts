import type { Probe } from '@watchman/core'

/** A connection of a client, as an emitter of errors. */
export interface Connection {
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * Makes the probe that asks by a connection of the application's. What was asked cannot be taken back and the connection
 * is not ours to close, so the probe ends with the answer or with the connection.
 */
export function connectionProbe<Held extends Connection>(
  connection: Held,
  ask: (connection: Held) => Promise<unknown>,
): Probe {
  const listener = () => {} // unheard, an error event would end the process; the rejected query tells of it as well
  return async () => {
    connection.removeListener('error', listener)
    connection.on('error', listener)
    await ask(connection) // after a failure the listener stays: a broken connection may have more to tell
    connection.removeListener('error', listener)
  }
}
