import { randomUUID } from 'node:crypto'
import type { Probe } from '@watchman/core'
import { assertClient, hasMembers } from '@watchman/core/driver'

/** The options of each call. */
export interface AcmeCall {
  /** Aborts the call. */
  readonly signal: AbortSignal
}

/** The members of a client of acme-client that are used. */ // @client
/** The members of a client that are used. */ // @alone
export interface AcmeClient {
  // TODO: declare the members of the real client that you use.
  /** The cache removes the key after `expiry` milliseconds. */
  set(key: string, value: string, expiry: number, call: AcmeCall): Promise<unknown>
  get(key: string, call: AcmeCall): Promise<string | undefined>
  delete(key: string, call: AcmeCall): Promise<unknown>
}

/** Milliseconds after which the cache removes a key that could not be deleted. */
const EXPIRY = 60_000

/** Milliseconds that the deletion after a failure may take. */
const CLEANUP_TIMEOUT = 1000

/**
 * Writes a random value under a unique key, reads and compares it, and deletes it, also after a failure.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but such a client.
 * @example
 * caches({ default: acme(client) })
 */
export function acme(client: AcmeClient): Probe {
  assertClient(
    'acme',
    client,
    'a client with the methods set, get and delete',
    hasMembers(client, { set: 'function', get: 'function', delete: 'function' }),
  )
  const leftovers: string[] = []

  return async (signal) => {
    // A key that could not be deleted is used again, so that failures leave no more than one.
    const key = leftovers.pop() ?? `watchman:${randomUUID()}`
    const value = randomUUID()
    try {
      // TODO: write, read and delete as the real client does.
      await client.set(key, value, EXPIRY, { signal })
      const found = await client.get(key, { signal })
      if (found !== value) throw new Error('read back another value than was written')
      await client.delete(key, { signal })
    } catch (error) {
      client.delete(key, { signal: AbortSignal.timeout(CLEANUP_TIMEOUT) }).catch(() => leftovers.push(key))
      throw error
    }
  }
}
