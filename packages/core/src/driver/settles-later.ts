/**
 * Marks an error of a probe that still has cleanup to do: the next run starts once `settled` has resolved or rejected.
 *
 * @example
 * reject(settlesLater(new Error('no answer to PUT yet', { cause: signal.reason }), removeFile()))
 */
export function settlesLater<Thrown extends Error>(error: Thrown, settled: Promise<unknown>): Thrown {
  return Object.assign(error, { settled })
}
