import type { Probe } from '@watchman/core'
import { afterReady, assertSame } from './round-trip.ts'

/** The reply to a command: its error, or null and its result. */
export type CommandReply = readonly [error: unknown, result?: unknown]

/** A cache that accepts several commands at once and runs them in order. */
export interface PipelinedCache {
  /** Resolves as soon as commands would be sent rather than queued; rejects when that cannot happen, or at the abort. */
  readonly ready: (signal: AbortSignal) => Promise<void>
  /** Writes a value that expires after `EXPIRY`, reads it and deletes it. Rejects when the commands cannot be sent. */
  readonly exchange: (key: string, value: string) => Promise<readonly CommandReply[]>
}

/**
 * Makes a probe like that of `roundTrip` which sends its three commands together: it takes one round trip, and the deletion
 * is sent before anything can fail. After an abort the next run adopts the replies.
 */
export function pipelinedRoundTrip({ ready, exchange }: PipelinedCache, prefix: string): Probe {
  const leftKeys: string[] = [] // a key that may not have been deleted, which the next run reuses

  return afterReady(ready, async () => {
    const value = crypto.randomUUID()
    const key = leftKeys.pop() ?? prefix + crypto.randomUUID()
    const replies = await exchange(key, value).catch((error: unknown): readonly CommandReply[] => [[error]])
    const [, read, removed] = replies
    if (!removed || removed[0]) leftKeys.push(key)
    for (const [error] of replies) if (error) throw error // the first error is the one to report
    assertSame(read?.[1], value)
  })
}
