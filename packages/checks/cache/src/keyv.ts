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
import { type ClientEvents, listen } from './client-events.ts'
import { type ClientOrFunction, probeOfClient } from './resolve-client.ts'
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
 * becomes the cause of the failure. A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ default: keyvProbe(new Keyv(new KeyvRedis(process.env.REDIS_URL))) })
 */
export function keyvProbe(client: ClientOrFunction<KeyvClient>, options: CacheOptions = {}): Probe {
  const { prefix = DEFAULT_PREFIX } = validate('keyvProbe', options, { prefix: aString })
  return probeOfClient('keyvProbe', client, (resolved) => probeOf(resolved, prefix))
}

function probeOf(client: KeyvClient, prefix: string): Probe {
  assertClient('keyvProbe', client, 'a Keyv of the keyv package', hasMembers(client, MEMBERS))
  let emitted = 0 // errors since the probe was made, while it ran

  /** Runs a command, which may emit its error and resolve to false or undefined, as for a key that does not exist. */
  async function orEmitted(message: string, command: () => Promise<unknown>): Promise<unknown> {
    const before = emitted
    const result = await command()
    if ((result === false || result === undefined) && emitted > before) throw new Error(message)
    return result
  }

  const probe = roundTrip(
    {
      async set(key, value) {
        const stored = await client.set(key, value, EXPIRY)
        if (stored === false) throw new Error('the store did not take the value')
      },
      get: (key) => orEmitted('the store did not read the value', () => client.get(key)),
      delete: (key) => orEmitted('the store did not delete the key', () => client.delete(key)),
    },
    prefix,
  )

  const run = withErrorEvents(client, async (signal, firstError) => {
    const stopCounting = listen(client, 'error', () => {
      emitted += 1
    })
    try {
      await probe(signal)
    } catch (error) {
      const cause = firstError()
      const hasCause = error === signal.reason || memberOf(error, 'cause') !== undefined
      throw hasCause || cause === undefined || cause === error
        ? error
        : new Error(errorMessage(error), { cause })
    } finally {
      stopCounting()
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
