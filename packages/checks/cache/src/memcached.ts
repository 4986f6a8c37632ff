import type { Probe } from '@watchman/core'
import { type CacheOptions, ensureClient, prefixOf } from './options.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'

interface Connection {
  readonly writableEnded: boolean
  removeAllListeners(event: 'close'): unknown
  destroy(): unknown
}

interface MemcachedServer {
  readonly host: string
  readonly port: number
  readonly _socket?: Connection | undefined
}

/** What is used of a Client of memjs. Its options are in seconds. */
export interface MemcachedClient {
  readonly servers: readonly MemcachedServer[]
  readonly options: { readonly retry_delay?: number | undefined }
  server(key: string): MemcachedServer | null | undefined
  set(key: string, value: string, options: { readonly expires: number }): Promise<unknown>
  get(key: string): Promise<{ readonly value: unknown }>
  delete(key: string): Promise<unknown>
}

const CLIENT = 'a Client of the memjs package'
const MEMBERS = {
  servers: 'object',
  options: 'object',
  server: 'function',
  set: 'function',
  get: 'function',
  delete: 'function',
} as const

/** The most bytes a key has in memcached, less those of a UUID. */
const LONGEST_PREFIX = 250 - 36

/**
 * Probes memcached through a Client of memjs 1: SET, GET and DELETE of a key of its own, which hashes to one of the
 * client's servers. How long it waits for an answer, and how often it tries again, is the client's choice.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ sessions: memcached(Client.create('127.0.0.1:11211')) })
 */
export function memcached(client: MemcachedClient, options: CacheOptions = {}): Probe {
  ensureClient('memcached', client, CLIENT, MEMBERS)
  const prefix = prefixOf(
    'memcached',
    options,
    `at most ${LONGEST_PREFIX} visible characters of ASCII`,
    (text) => text.length <= LONGEST_PREFIX && /^[!-~]*$/.test(text),
  )
  return roundTrip(
    {
      set: (key, value) => write(client, key, value),
      get: async (key) => (await answer(client, key, client.get(key))).value,
      delete: (key) => answer(client, key, client.delete(key)),
    },
    prefix,
  )
}

/** Milliseconds between two looks at a connection. */
const INTERVAL = 50

async function write(client: MemcachedClient, key: string, value: string): Promise<void> {
  const command = client.set(key, value, { expires: EXPIRY / 1000 })
  try {
    await answer(client, key, command)
  } catch (error) {
    // What memjs forgets it may remember with a later connection, when the key is not expected any more.
    command.then(() => client.delete(key)).catch(() => {})
    throw error
  }
}

/** The answer to a command, or why there is none. */
async function answer<Value>(client: MemcachedClient, key: string, command: Promise<Value>): Promise<Value> {
  const seen = new Set<Connection>()
  let timer: ReturnType<typeof setInterval> | undefined
  const lost = new Promise<never>((_, reject) => {
    let missing = 0
    const look = () => {
      const connection = client.server(key)?._socket
      if (connection) seen.add(connection)
      closeAbandoned(seen)
      missing = connection ? 0 : missing + INTERVAL
      // memjs forgets commands whose connection the server closes in order: they would never end.
      if (missing > untilRetry(client)) reject(new Error('the connection was closed before an answer came'))
    }
    look()
    timer = setInterval(look, INTERVAL)
    timer.unref()
  })
  try {
    return await Promise.race([command, lost])
  } catch (error) {
    const { message = `${error}` } = Object(error)
    // What a client with `failover` says while each of its servers waits for another chance.
    if (message !== 'No servers available') throw error instanceof Error ? error : new Error(message)
    const names = client.servers.map(({ host, port }) => `${host}:${port}`)
    throw new Error(`no server available, each failed a short while ago: ${names.join(', ')}`)
  } finally {
    clearInterval(timer)
    closeAbandoned(seen)
  }
}

/** memjs ends a connection that hangs, and then waits for the server: with one that is held they would pile up. */
function closeAbandoned(connections: Set<Connection>): void {
  for (const connection of connections) {
    if (!connection.writableEnded) continue
    connection.removeAllListeners('close') // memjs would take it for the end of the connection that followed
    connection.destroy()
    connections.delete(connection)
  }
}

/** Milliseconds in which memjs has a connection again, if it means to try once more. */
function untilRetry({ options: { retry_delay = 0.2 } }: MemcachedClient): number {
  return 1000 * retry_delay + 2 * INTERVAL
}
