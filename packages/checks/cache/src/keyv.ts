import type { Probe } from '@watchman/core'
import {
  aString,
  assertClient,
  errorMessage,
  hasMembers,
  memberOf,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { type CacheOptions, DEFAULT_PREFIX } from './cache-options.ts'
import type { ClientEvents } from './client-events.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'
import { withErrorEvents } from './with-error-events.ts'

/** What is used of a `Keyv`. */
export interface KeyvClient extends ClientEvents {
  set(key: string, value: string, milliseconds: number): Promise<unknown>
  get(key: string): Promise<unknown>
  delete(key: string): Promise<unknown>
}

const MEMBERS = {
  set: 'function',
  get: 'function',
  delete: 'function',
  on: 'function',
  off: 'function',
} as const

/**
 * Checks the store behind a `Keyv` of keyv 4, 5 or 6: set, get and delete of its own key. An error that Keyv only emits
 * becomes the cause of the failure.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ default: keyvProbe(new Keyv(new KeyvRedis(process.env.REDIS_URL))) })
 */
export function keyvProbe(client: KeyvClient, options: CacheOptions = {}): Probe {
  assertClient('keyvProbe', client, 'a Keyv of the keyv package', hasMembers(client, MEMBERS))
  const { prefix = DEFAULT_PREFIX } = validate('keyvProbe', options, { prefix: aString })
  const probe = roundTrip(
    {
      async set(key, value) {
        const stored = await client.set(key, value, EXPIRY)
        if (stored === false) throw new Error('the store did not take the value')
      },
      get: (key) => client.get(key),
      delete: (key) => remove(client, key),
    },
    prefix,
  )

  const run = withErrorEvents(client, async (signal, firstError) => {
    try {
      await probe(signal)
    } catch (error) {
      const cause = firstError()
      const hasCause = memberOf(error, 'cause') !== undefined
      throw hasCause || cause === undefined || cause === error
        ? error
        : new Error(errorMessage(error), { cause })
    }
  })
  return Object.assign(run, { secrets: () => secretsOfStore(memberOf(client, 'store')) })
}

/** The secrets of a store, and of the client that it has. */
function secretsOfStore(store: unknown): readonly string[] {
  const client = memberOf(store, 'client') ?? memberOf(store, 'redis')
  const owners = [store, client]
  return secretsOf(
    ...owners.flatMap((owner) => ['options', 'opts', '_options'].map((key) => memberOf(owner, key))),
  )
}

async function remove(client: KeyvClient, key: string): Promise<void> {
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  client.on('error', onError)
  try {
    const deleted = await client.delete(key)
    // Without an error, false may only mean that the store does not report whether the key existed.
    if (deleted === false && errors.length > 0) throw new Error('the store did not delete the key')
  } finally {
    client.off('error', onError)
  }
}
