/** What tells how many listen to it. */
export interface Emitter {
  listenerCount?(event: 'error'): number
}

/** Makes the advice to listen for errors, where nobody does: an error event that nobody hears ends the process. */
export function adviseListener(emitter: Emitter, name: string): () => string | undefined {
  return () =>
    emitter.listenerCount?.('error') === 0
      ? `the ${name} has no 'error' listener, so that it ends the process when a connection breaks at rest: ` +
        `add ${name}.on('error', …)`
      : undefined
}
