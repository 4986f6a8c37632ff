/** Work under way. */
export interface Work<Value> {
  readonly outcome: Promise<Value>
  /** Says what it is still waiting for, when its run has to give up for `reason`; undefined when there is nothing to say. */
  readonly pending: (reason: unknown) => Error | undefined
  /** Ends it where that is possible; tells whether it was. */
  readonly cancel?: () => boolean
}

interface Job<Value> {
  work?: Work<Value>
  /** Whom the outcome goes to: nobody, once its run has given up. */
  run?: { readonly resolve: (value: Value) => void; readonly reject: (error: unknown) => void } | undefined
}

/**
 * Work that cannot be cancelled, such as waiting in the queue of a pool, goes on when its run gives up. The next run takes it over
 * instead of starting its own: however often a probe is asked, no more than one piece of work waits in vain. What it
 * comes to when nobody waits for it goes to `unclaimed`.
 */
export function carryOver<Value>(
  start: (signal: AbortSignal) => Work<Value>,
  unclaimed: (value: Value) => void,
): (signal: AbortSignal) => Promise<Value> {
  const left = new Set<Job<Value>>()

  async function begin(job: Job<Value>, signal: AbortSignal): Promise<void> {
    try {
      job.work = start(signal)
      const value = await job.work.outcome
      if (job.run) job.run.resolve(value)
      else unclaimed(value)
    } catch (error) {
      job.run?.reject(error)
    }
    left.delete(job)
  }

  return (signal) =>
    new Promise<Value>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const [previous] = left
      const job: Job<Value> = previous ?? {}
      left.delete(job)

      const giveUp = () => {
        job.run = undefined
        const pending = job.work?.pending(signal.reason)
        if (!job.work?.cancel?.()) left.add(job)
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
