import type { Probe } from '@watchman/core'
import { adoptPending } from '@watchman/core/driver'

/** Milliseconds after which the cache itself removes a key that could not be deleted. */
export const EXPIRY = 60_000

/**
 * How often a value is written that is gone when it is read. A full store may evict it at once, and a replica may not have
 * it yet.
 */
const MAX_ATTEMPTS = 10

/** Milliseconds before the second attempt. The pause grows by as much with each further one. */
const PAUSE = 10

/** A cache as the probe uses it. */
export interface Cache {
  /** Writes a value that expires after `EXPIRY`. */
  readonly set: (key: string, value: string) => Promise<unknown>
  /** Reads a value; null or undefined if the key does not exist. */
  readonly get: (key: string) => Promise<unknown>
  /** Deletes a key. */
  readonly delete: (key: string) => Promise<unknown>
}

/**
 * Makes a probe that writes its own key, reads it, compares the value and deletes the key. A command that was sent cannot be
 * cancelled: after an abort the next run adopts what is pending. A key that could not be deleted is reused, so that at most
 * one key is left behind.
 */
export function roundTrip(cache: Cache, prefix: string): Probe {
  const leftKeys: string[] = []
  const abandonedKeys = new Set<string>() // of exchanges that may never settle

  async function removeOrKeep(key: string): Promise<void> {
    try {
      await cache.delete(key)
    } catch (error) {
      leftKeys.push(key)
      throw error
    }
  }

  async function exchange(key: string): Promise<void> {
    const value = crypto.randomUUID()
    let isWritten = false
    try {
      await readBack(value, async () => {
        isWritten = false
        await cache.set(key, value)
        isWritten = true
        return cache.get(key)
      })
    } catch (error) {
      // The first error is the one to report. Without a connection, a deletion would hold it back.
      if (isWritten) await removeOrKeep(key).catch(() => {})
      else leftKeys.push(key)
      throw error
    }
    await removeOrKeep(key)
  }

  /** The cache works again: what it still has of abandoned exchanges can be deleted. */
  async function removeAbandoned(): Promise<void> {
    for (const key of abandonedKeys) {
      abandonedKeys.delete(key)
      await removeOrKeep(key)
    }
  }

  return afterReady(
    async () => {},
    () => {
      const key = leftKeys.pop() ?? prefix + crypto.randomUUID()
      const outcome = exchange(key)
        .finally(() => abandonedKeys.delete(key))
        .then(removeAbandoned)
      return { outcome, onAbandoned: () => abandonedKeys.add(key) }
    },
  )
}

/** Commands that have been sent. */
export interface Exchange {
  readonly outcome: Promise<void>
  /** The address of the node of a cluster that answers them. */
  readonly node?: string | undefined
  /** Called when no further run waits for it. */
  readonly onAbandoned?: () => void
}

/** Makes a probe that exchanges commands once the client is ready, or adopts the exchange that an earlier run left pending. */
export function afterReady(ready: (signal: AbortSignal) => Promise<void>, exchange: () => Exchange): Probe {
  const adopt = adoptPending<void>(
    () => {
      const { outcome, node, onAbandoned } = exchange()
      const pending = (cause: unknown) =>
        node === undefined ? undefined : new Error(`no answer from node ${node}`, { cause })
      const mayBeLost = () => {
        onAbandoned?.()
        return true
      }
      return { outcome, pending, mayBeLost }
    },
    () => {}, // nothing is held
  )
  return async (signal) => {
    await ready(signal)
    await adopt(signal)
  }
}

/**
 * Calls `exchange`, which writes a value and resolves with what it has read, until something is read.
 *
 * @throws Error where that is another value, or where nothing is read however often it is tried.
 */
export async function readBack(written: string, exchange: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE * (attempt - 1)))
    const read = await exchange()
    if (read === undefined || read === null) continue
    if (String(read) === written) return // some clients return a Buffer
    throw new Error('read back another value than was written')
  }
  throw new Error(`read back nothing of what was written, ${MAX_ATTEMPTS} times in a row`)
}
