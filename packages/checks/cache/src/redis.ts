import type { Probe } from '@watchman/core'
import { type Emitter, untilReady } from './connection.ts'
import { type CacheOptions, ensureClient, prefixOf } from './options.ts'
import { outspoken } from './outspoken.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'

interface Commands {
  pSetEx(key: string, milliseconds: number, value: string): Promise<unknown>
  get(key: string): Promise<unknown>
}

/** What is used of a client of the redis package. */
export interface RedisClient extends Commands, Emitter {
  readonly isOpen: boolean
  readonly isReady: boolean
  readonly options?: object | undefined
  del(key: string): Promise<unknown>
  listenerCount(event: 'error'): number
  /** The same client, which drops a command that was not sent when `signal` aborts. From redis 5 on. */
  withAbortSignal?(signal: AbortSignal): Commands
}

const CLIENT = 'a client of the redis package'
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
 * Probes Redis through a client of redis 4, 5 or 6, or a cluster of redis 6: PSETEX, GET and DEL of a key of its own.
 * It sends nothing before the connection is ready, and never connects a client that was not connected.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * const client = await createClient().on('error', console.error).connect()
 * caches({ default: redis(client) })
 */
export function redis(client: RedisClient, options: CacheOptions = {}): Probe {
  ensureClient('redis', client, CLIENT, MEMBERS)
  const until = (signal: AbortSignal) => client.withAbortSignal?.(signal) ?? client
  const probe = roundTrip(
    {
      ready: untilReady({
        client,
        isReady: () => client.isReady,
        state: () => stateOf(client),
        begin: () => ensureOpen(client),
      }),
      set: (key, value, signal) => until(signal).pSetEx(key, EXPIRY, value),
      get: (key, signal) => until(signal).get(key),
      delete: (key) => client.del(key), // also after an abort
    },
    prefixOf('redis', options),
  )
  return Object.assign(outspoken(client, probe, { events: ['error', 'node-error'] }), {
    advice: () => adviceFor(client),
  })
}

function adviceFor(client: RedisClient): string | undefined {
  // A cluster tells of its nodes by another event, which does not end the process.
  if ('masters' in client || client.listenerCount('error') > 0) return undefined
  return "the client has no 'error' listener, so that it ends the process when its connection breaks at rest: add client.on('error', …)"
}

function stateOf({ isOpen, options }: RedisClient): string {
  const { tls }: { readonly tls?: unknown } = Object(Object(options).socket)
  return isOpen ? (tls ? 'connecting with TLS' : 'connecting') : 'closed'
}

function ensureOpen(client: RedisClient): void {
  if (!client.isOpen)
    throw new Error('the client was closed, or the client was never connected: call connect()')
}
