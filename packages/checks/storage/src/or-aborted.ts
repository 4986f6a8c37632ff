/**
 * Rejects as soon as `signal` aborts, with what `errorOf` makes of its reason: a client may finish something else first, such as
 * its wait before a retry.
 */
export function orAborted<Value>(
  pending: Promise<Value>,
  signal: AbortSignal,
  errorOf: (reason: unknown) => unknown = (reason) => reason,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(errorOf(signal.reason))
    signal.addEventListener('abort', abort, { once: true })
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
