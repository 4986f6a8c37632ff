/**
 * Settles as what `start` returns, or rejects at once with what `giveUp` returns when `signal` aborts. `giveUp` gets the reason
 * and a promise that resolves once the work has settled all the same.
 */
export function untilAborted<Value>(
  start: () => PromiseLike<Value>,
  signal: AbortSignal,
  giveUp: (reason: unknown, settled: Promise<unknown>) => Error,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const work = async () => {
      signal.throwIfAborted()
      return start()
    }
    const settled = Promise.resolve()
      .then(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
    const abort = () => reject(giveUp(signal.reason, settled))
    signal.addEventListener('abort', abort, { once: true })
  })
}
