import type { Probe } from '@watchman/core'
import type { Emitter } from './connection.ts'
import { type CacheOptions, ensureClient, prefixOf } from './options.ts'
import { outspoken } from './outspoken.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'

/** What is used of a Keyv. */
export interface KeyvClient extends Emitter {
  set(key: string, value: string, milliseconds: number): Promise<unknown>
  get(key: string): Promise<unknown>
  delete(key: string): Promise<unknown>
}

const CLIENT = 'a Keyv of the keyv package'
const MEMBERS = {
  set: 'function',
  get: 'function',
  delete: 'function',
  on: 'function',
  off: 'function',
} as const

/**
 * Probes what stands behind a Keyv of keyv 4, 5 or 6: set, get and delete of a key of its own. An error that Keyv only
 * emits is the cause it names.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ default: keyv(new Keyv(new KeyvRedis(process.env.REDIS_URL))) })
 */
export function keyv(client: KeyvClient, options: CacheOptions = {}): Probe {
  ensureClient('keyv', client, CLIENT, MEMBERS)
  const probe = roundTrip(
    {
      async set(key, value) {
        if ((await client.set(key, value, EXPIRY)) === false)
          throw new Error('the store did not take the value')
      },
      get: (key) => client.get(key),
      delete: (key) => remove(client, key),
    },
    prefixOf('keyv', options),
  )

  return outspoken(client, async (signal, errors) => {
    try {
      await probe(signal)
    } catch (error) {
      const { message, cause = errors[0] } = Object(error)
      throw cause === undefined || cause === error ? error : new Error(message, { cause })
    }
  })
}

async function remove(client: KeyvClient, key: string): Promise<void> {
  const errors: unknown[] = []
  const hear = (error: unknown) => errors.push(error)
  client.on('error', hear)
  try {
    const deleted = await client.delete(key)
    // Without an error it may only be that the store does not say whether there was such a key.
    if (deleted === false && errors.length > 0) throw new Error('the store did not delete the key')
  } finally {
    client.off('error', hear)
  }
}
