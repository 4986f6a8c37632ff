import { randomUUID } from 'node:crypto'
import { type Probe, WatchmanError } from '@watchman/core'

/** What each call is given. */
export interface AcmeCall {
  /** Gives the call up when it aborts. */
  readonly signal: AbortSignal
}

/** What is used of a client of acme-client. */ // @client
/** What is used of a client. */ // @alone
export interface AcmeClient {
  // TODO: name the members that you use of the real client.
  /** Milliseconds until the key is gone by itself come third. */
  set(key: string, value: string, expiry: number, call: AcmeCall): Promise<unknown>
  get(key: string, call: AcmeCall): Promise<string | undefined>
  delete(key: string, call: AcmeCall): Promise<unknown>
}

/** Milliseconds after which the cache itself removes a key that could not be deleted. */
const EXPIRY = 60_000

/** Milliseconds that the deletion after a failure may take. */
const CLEANUP = 1000

/**
 * Writes a random value under a key of its own, reads and compares it, and deletes it, also after a failure.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no such client.
 * @example
 * caches({ default: acme(client) })
 */
export function acme(client: AcmeClient): Probe {
  const { set, get, delete: remove }: Partial<AcmeClient> = Object(client)
  if (![set, get, remove].every((member) => typeof member === 'function')) {
    throw new WatchmanError(
      'INVALID_OPTION',
      'acme(client) wants a client that has set(), get() and delete()',
    )
  }
  const leftBehind: string[] = []

  return async (signal) => {
    // One that could not be deleted is used again, so that failures do not pile up.
    const key = leftBehind.pop() ?? `watchman:${randomUUID()}`
    const value = randomUUID()
    try {
      // TODO: write, read and delete as the real client does.
      await client.set(key, value, EXPIRY, { signal })
      const found = await client.get(key, { signal })
      if (found !== value) throw new Error('read back another value than was written')
      await client.delete(key, { signal })
    } catch (error) {
      client.delete(key, { signal: AbortSignal.timeout(CLEANUP) }).catch(() => leftBehind.push(key))
      throw error
    }
  }
}
