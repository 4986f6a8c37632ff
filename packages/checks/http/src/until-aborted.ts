/** Settles like `value`, or rejects when `signal` aborts before. */
export async function untilAborted<Value>(
  value: Value | PromiseLike<Value>,
  signal: AbortSignal,
): Promise<Value> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    Promise.resolve(value)
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject)
  })
}
