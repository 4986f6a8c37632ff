import type { Probe } from '@watchman/core'
import { adoptPending } from '@watchman/core/driver'

/** Milliseconds after which the cache itself removes a key that could not be deleted. */
export const EXPIRY = 60_000

/** A cache as the probe uses it. */
export interface Cache {
  /**
   * Resolves as soon as a command would be sent rather than queued; rejects when that cannot happen or when `signal` aborts
   * first. Left out where the client does not queue.
   */
  readonly ready?: (signal: AbortSignal) => Promise<void>
  /** Writes a value that expires after `EXPIRY`. */
  readonly set: (key: string, value: string, signal: AbortSignal) => Promise<unknown>
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
export function roundTrip({ ready = async () => {}, ...cache }: Cache, prefix: string): Probe {
  const leftKeys: string[] = []

  async function remove(key: string, signal: AbortSignal): Promise<void> {
    await ready(signal)
    await cache.delete(key)
  }

  async function orKeepKey(key: string, command: Promise<unknown>): Promise<void> {
    try {
      await command
    } catch (error) {
      leftKeys.push(key)
      throw error
    }
  }

  /** `signal` ends only what has not been sent. */
  async function exchange(signal: AbortSignal): Promise<void> {
    const value = crypto.randomUUID()
    const key = leftKeys.pop() ?? prefix + crypto.randomUUID()
    await orKeepKey(key, cache.set(key, value, signal))
    try {
      await ready(signal)
      assertSame(await cache.get(key), value)
    } catch (error) {
      // The first error is the one to report.
      await orKeepKey(key, remove(key, AbortSignal.abort())).catch(() => {})
      throw error
    }
    await orKeepKey(key, remove(key, signal))
  }

  return afterReady(ready, exchange)
}

/** Makes a probe that exchanges commands once the client is ready, or adopts the exchange that an earlier run left pending. */
export function afterReady(
  ready: (signal: AbortSignal) => Promise<void>,
  exchange: (signal: AbortSignal) => Promise<void>,
): Probe {
  const adopt = adoptPending<void>(
    (signal) => ({ outcome: exchange(signal), pending: () => undefined, mayBeLost: () => true }),
    () => {}, // nothing is held
  )
  return async (signal) => {
    await ready(signal)
    await adopt(signal)
  }
}

/** @throws Error where the value that was read is not the one that was written. */
export function assertSame(read: unknown, written: string): void {
  if (read === undefined || read === null) throw new Error('read back nothing of what was written')
  // Some clients return a Buffer.
  if (String(read) !== written) throw new Error('read back another value than was written')
}
