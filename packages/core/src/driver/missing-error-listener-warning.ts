/** An object that reports how many listeners an event has. */
export interface CountsListeners {
  listenerCount?(event: 'error'): number
}

/**
 * Makes a setup warning for a client without an 'error' listener: without one, a dropped connection crashes the process.
 *
 * @example
 * Object.assign(probe, { setupWarning: missingErrorListenerWarning(pool, 'pool') })
 */
export function missingErrorListenerWarning(
  emitter: CountsListeners,
  name: string,
): () => string | undefined {
  return () =>
    emitter.listenerCount?.('error') === 0
      ? `the ${name} has no 'error' listener: a dropped connection crashes the process. Add ${name}.on('error', …)`
      : undefined
}
