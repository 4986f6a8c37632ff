import type { Probe } from '@watchman/core'
import {
  aString,
  assertClient,
  hasMembers,
  memberOf,
  missingErrorListenerWarning,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { type CacheOptions, DEFAULT_PREFIX } from './cache-options.ts'
import type { ClientEvents } from './client-events.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'
import { waitUntilReady } from './wait-until-ready.ts'
import { withErrorEvents } from './with-error-events.ts'

interface RedisCommands {
  pSetEx(key: string, milliseconds: number, value: string): Promise<unknown>
  get(key: string): Promise<unknown>
}

/** What is used of a client of the redis package. */
export interface RedisClient extends RedisCommands, ClientEvents {
  readonly isOpen: boolean
  readonly isReady: boolean
  readonly options?: object | undefined
  del(key: string): Promise<unknown>
  listenerCount(event: 'error'): number
  /** Returns the same client, which drops a queued command when `signal` aborts. From redis 5 on. */
  withAbortSignal?(signal: AbortSignal): RedisCommands
}

const MEMBERS = {
  isOpen: 'boolean',
  isReady: 'boolean',
  pSetEx: 'function',
  get: 'function',
  del: 'function',
  on: 'function',
  off: 'function',
  listenerCount: 'function',
} as const

/**
 * Checks Redis through a client of redis 4, 5 or 6, or a cluster of redis 6: `PSETEX`, `GET` and `DEL` of its own key.
 * Nothing is sent before the client is connected, and a client that is not open is not connected.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * const client = await createClient().on('error', console.error).connect()
 * caches({ default: redisProbe(client) })
 */
export function redisProbe(client: RedisClient, options: CacheOptions = {}): Probe {
  assertClient('redisProbe', client, 'a client of the redis package', hasMembers(client, MEMBERS))
  const { prefix = DEFAULT_PREFIX } = validate('redisProbe', options, { prefix: aString })
  const withSignal = (signal: AbortSignal) => client.withAbortSignal?.(signal) ?? client
  const probe = roundTrip(
    {
      ready: waitUntilReady({
        client,
        isReady: () => client.isReady,
        state: () => stateOf(client),
        begin: () => assertOpen(client),
      }),
      set: (key, value, signal) => withSignal(signal).pSetEx(key, EXPIRY, value),
      get: (key) => client.get(key),
      delete: (key) => client.del(key), // also after an abort
    },
    prefix,
  )
  const listenerWarning = missingErrorListenerWarning(client, 'client')
  return Object.assign(withErrorEvents(client, probe, { events: ['error', 'node-error'] }), {
    // A cluster reports errors of its nodes by 'node-error', which does not crash the process.
    setupWarning: () => ('masters' in client ? undefined : listenerWarning()),
    secrets: () => secretsOf(client.options, memberOf(client, '_options')), // the latter of a cluster
  })
}

function stateOf({ isOpen, options }: RedisClient): string {
  if (!isOpen) return 'closed'
  return memberOf(memberOf(options, 'socket'), 'tls') ? 'connecting with TLS' : 'connecting'
}

function assertOpen(client: RedisClient): void {
  if (!client.isOpen) throw new Error('the client is closed or was never connected: call connect()')
}
