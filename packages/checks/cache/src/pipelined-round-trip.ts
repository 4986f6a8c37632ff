import type { Probe } from '@watchman/core'
import { errorMessage } from '@watchman/core/driver'
import { clarifyError, withNode } from './client-events.ts'
import { afterReady, readBack } from './round-trip.ts'

/** A cache that accepts several commands at once and runs them in order. */
export interface PipelinedCache {
  /** Resolves as soon as commands would be sent rather than queued; rejects when that cannot happen, or at the abort. */
  readonly ready: (signal: AbortSignal) => Promise<void>
  /**
   * Writes a value that expires after `EXPIRY`, reads it and deletes it. Resolves with what was read; rejects with the first
   * error of a command.
   */
  readonly exchange: (key: string, value: string) => Promise<unknown>
  /** Returns the address of the node of a cluster that has a key. */
  readonly nodeOf: (key: string) => string | undefined
}

/**
 * Makes a probe like that of `roundTrip` which sends its three commands together: it takes one round trip, in which a full
 * store hardly evicts, and the deletion is sent before anything can fail. After an abort the next run adopts the replies.
 */
export function pipelinedRoundTrip({ ready, exchange, nodeOf }: PipelinedCache, prefix: string): Probe {
  const leftKeys: string[] = [] // a key that may not have been deleted, which the next run reuses

  async function run(key: string, node: string | undefined): Promise<void> {
    const value = crypto.randomUUID()
    try {
      await readBack(value, async () => {
        try {
          return await exchange(key, value)
        } catch (error) {
          leftKeys.push(key)
          throw error
        }
      })
    } catch (error) {
      if (node === undefined) throw error
      throw new Error(withNode(errorMessage(clarifyError(error)), node), { cause: error })
    }
  }

  return afterReady(ready, () => {
    const key = leftKeys.pop() ?? prefix + crypto.randomUUID()
    const node = nodeOf(key)
    return { outcome: run(key, node), node }
  })
}
