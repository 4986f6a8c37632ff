import type { Probe } from '@watchman/core'

/** Milliseconds after which the cache itself removes a key that could not be deleted. */
export const EXPIRY = 60_000

/** A cache as the probe sees it. */
export interface Cache {
  /**
   * Resolves as soon as a command would be sent rather than queued; rejects when there is no hope of it, or when
   * `signal` aborts first. Missing where the client does not queue.
   */
  readonly ready?: (signal: AbortSignal) => Promise<void>
  /** Writes a value which expires after `EXPIRY`. */
  readonly set: (key: string, value: string, signal: AbortSignal) => Promise<unknown>
  /** Reads it; what the client gives for none is null or undefined. */
  readonly get: (key: string, signal: AbortSignal) => Promise<unknown>
  /** Removes it. */
  readonly delete: (key: string) => Promise<unknown>
}

/**
 * Asks a cache whether it keeps what it is given: writes a key of its own, reads it, compares, deletes it. A command
 * that was sent cannot be taken back, so after an abort it ends with the command under way, and the deletion. A key
 * that may have stayed is that of the next run, which deletes it: however many fail, one is left.
 */
export function roundTrip({ ready = async () => {}, ...cache }: Cache, prefix: string): Probe {
  const left: string[] = []

  async function remove(key: string, signal: AbortSignal): Promise<void> {
    await ready(signal)
    await cache.delete(key)
  }

  async function orLeave(key: string, command: Promise<unknown>): Promise<void> {
    try {
      await command
    } catch (error) {
      left.push(key)
      throw error
    }
  }

  return async (signal) => {
    const value = crypto.randomUUID()
    await ready(signal)
    const key = left.pop() ?? prefix + crypto.randomUUID()
    await orLeave(key, cache.set(key, value, signal))
    try {
      await ready(signal)
      signal.throwIfAborted()
      compare(await cache.get(key, signal), value)
    } catch (error) {
      // What went wrong first is what counts.
      await orLeave(key, remove(key, AbortSignal.abort())).catch(() => {})
      throw error
    }
    await orLeave(key, remove(key, signal))
  }
}

/** @throws Error where what was read is not what was written. */
export function compare(read: unknown, written: string): void {
  if (read === undefined || read === null) throw new Error('read back nothing of what was written')
  // Some clients give a Buffer.
  if (String(read) !== written) throw new Error('read back another value than was written')
}
