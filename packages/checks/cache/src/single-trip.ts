import type { Probe } from '@watchman/core'
import { compare } from './round-trip.ts'

/** What came of a command: the error that it failed with, or else its result. */
export type Replied = readonly [error: unknown, result?: unknown]

/** A cache that takes several commands at once, and does them in their order. */
export interface PipelinedCache {
  /** Resolves as soon as commands would be sent rather than queued; rejects when there is no hope of it, or at abort. */
  readonly ready: (signal: AbortSignal) => Promise<void>
  /** Writes a value which expires after `EXPIRY`, reads it and removes it. Rejects when it cannot send them. */
  readonly exchange: (key: string, value: string) => Promise<readonly Replied[]>
}

/**
 * Asks as `roundTrip` does, but with all three commands sent at once, so that it takes one round trip, and the deletion is
 * on its way before anything can go wrong. After an abort it ends with the last of them.
 */
export function singleTrip({ ready, exchange }: PipelinedCache, prefix: string): Probe {
  const left: string[] = [] // a key that may have stayed, which the next run removes

  return async (signal) => {
    const value = crypto.randomUUID()
    await ready(signal)
    signal.throwIfAborted()
    const key = left.pop() ?? prefix + crypto.randomUUID()
    const replies = await exchange(key, value).catch((error: unknown): readonly Replied[] => [[error]])
    const [, read, removed] = replies
    if (!removed || removed[0]) left.push(key)
    for (const [error] of replies) if (error) throw error // what went wrong first is what counts
    signal.throwIfAborted()
    compare(read?.[1], value)
  }
}
