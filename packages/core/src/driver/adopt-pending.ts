/** An operation in progress. */
export interface Operation<Value> {
  readonly outcome: Promise<Value>
  /** Returns the error that says what it is still waiting for, when its run gives up for `reason`; undefined if unknown. */
  readonly pending: (reason: unknown) => Error | undefined
  /** Cancels it where that is possible, and returns whether it was. */
  readonly cancel?: () => boolean
  /**
   * Whether the client may never settle it, as after a connection has broken. Then the next run starts another, for which two runs
   * wait, then one for which four do, and so on until one resolves. @default never: it waits in a queue, for example
   */
  readonly mayBeLost?: () => boolean
}

/** How many runs wait for an operation that may be lost: at first, and at most. */
const MIN_RUNS = 1
const MAX_RUNS = 64

interface Job<Value> {
  operation?: Operation<Value>
  /** How many runs have given up waiting for it. */
  runs: number
  /** The run that waits for it; undefined once that run has given up. */
  run?: { readonly resolve: (value: Value) => void; readonly reject: (error: unknown) => void } | undefined
}

/**
 * Makes a function that starts an operation and gives up when its signal aborts. An operation that cannot be cancelled, such as
 * waiting in the queue of a pool, is adopted by the next run, so that no more than one of them waits however often a
 * probe runs. A value without a waiting run goes to `onOrphaned`.
 *
 * @example
 * const take = adoptPending(() => ({ outcome: pool.connect(), pending: () => undefined }), (client) => client.release())
 */
export function adoptPending<Value>(
  start: (signal: AbortSignal) => Operation<Value>,
  onOrphaned: (value: Value) => void,
): (signal: AbortSignal) => Promise<Value> {
  const adoptable = new Set<Job<Value>>()
  let runsPerOperation = MIN_RUNS

  /** Whether the next run must not adopt it. */
  function isOver({ operation, runs }: Job<Value>): boolean {
    if (operation?.cancel?.()) return true
    if (runs < runsPerOperation || !operation?.mayBeLost?.()) return false
    runsPerOperation = Math.min(2 * runsPerOperation, MAX_RUNS)
    return true
  }

  async function begin(job: Job<Value>, signal: AbortSignal): Promise<void> {
    try {
      job.operation = start(signal)
      const value = await job.operation.outcome
      runsPerOperation = MIN_RUNS
      if (job.run) job.run.resolve(value)
      else onOrphaned(value)
    } catch (error) {
      job.run?.reject(error)
    }
    adoptable.delete(job)
  }

  return (signal) =>
    new Promise<Value>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const [previous] = adoptable
      const job: Job<Value> = previous ?? { runs: 0 }
      adoptable.delete(job)

      const giveUp = () => {
        job.run = undefined
        job.runs += 1
        const pending = job.operation?.pending(signal.reason)
        if (!isOver(job)) adoptable.add(job)
        reject(pending ?? signal.reason)
      }
      const end = () => signal.removeEventListener('abort', giveUp)
      job.run = {
        resolve(value) {
          end()
          resolve(value)
        },
        reject(error) {
          end()
          reject(error)
        },
      }
      signal.addEventListener('abort', giveUp, { once: true })
      if (!previous) void begin(job, signal)
    })
}
