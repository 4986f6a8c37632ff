import type { Probe } from '@watchman/core'
import {
  assertClient,
  hasMembers,
  isError,
  memberOf,
  type Rule,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { type CacheOptions, DEFAULT_PREFIX } from './cache-options.ts'
import { type ClientOrFunction, probeOfClient } from './resolve-client.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'

interface MemcachedSocket {
  readonly writableEnded: boolean
  removeAllListeners(event: 'close'): unknown
  destroy(): unknown
}

interface MemcachedServer {
  readonly host: string
  readonly port: number
  readonly _socket?: MemcachedSocket | undefined
}

/** What is used of a `Client` of memjs. Its options are in seconds. */
export interface MemcachedClient {
  readonly servers: readonly MemcachedServer[]
  readonly options: { readonly retry_delay?: number | undefined }
  server(key: string): MemcachedServer | null | undefined
  set(key: string, value: string, options: { readonly expires: number }): Promise<unknown>
  get(key: string): Promise<{ readonly value: unknown }>
  delete(key: string): Promise<unknown>
}

const MEMBERS = {
  servers: 'object',
  options: 'object',
  server: 'function',
  set: 'function',
  get: 'function',
  delete: 'function',
} as const

/** The maximum length of a key in memcached, less that of a UUID. */
const MAX_PREFIX_LENGTH = 250 - 36

const aPrefix: Rule = {
  expected: `at most ${MAX_PREFIX_LENGTH} visible characters of ASCII`,
  matches: (value) =>
    typeof value === 'string' && value.length <= MAX_PREFIX_LENGTH && /^[!-~]*$/.test(value),
}

/**
 * Checks memcached through a `Client` of memjs 1: `SET`, `GET` and `DELETE` of its own key, which hashes to one of the
 * client's servers. The client's options decide how long it waits for an answer and how often it retries.
 * A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ sessions: memjsProbe(Client.create('127.0.0.1:11211')) })
 */
export function memjsProbe(client: ClientOrFunction<MemcachedClient>, options: CacheOptions = {}): Probe {
  const { prefix = DEFAULT_PREFIX } = validate('memjsProbe', options, { prefix: aPrefix })
  return probeOfClient('memjsProbe', client, (resolved) => probeOf(resolved, prefix))
}

function probeOf(client: MemcachedClient, prefix: string): Probe {
  assertClient('memjsProbe', client, 'a Client of the memjs package', hasMembers(client, MEMBERS))
  const probe = roundTrip(
    {
      set: (key, value) => write(client, key, value),
      get: async (key) => (await waitForAnswer(client, key, client.get(key))).value,
      delete: (key) => waitForAnswer(client, key, client.delete(key)),
    },
    prefix,
  )
  return Object.assign(probe, { secrets: () => secretsOf(client.options, client.servers) })
}

/** Milliseconds between two inspections of a connection. */
const INTERVAL = 50

async function write(client: MemcachedClient, key: string, value: string): Promise<void> {
  const command = client.set(key, value, { expires: EXPIRY / 1000 })
  try {
    await waitForAnswer(client, key, command)
  } catch (error) {
    // memjs may send a command that seemed lost over a later connection, after the key has been deleted.
    command.then(() => client.delete(key)).catch(() => {})
    throw error
  }
}

/** Waits for the answer to a command. Rejects when the connection was closed and memjs has not reconnected in time. */
async function waitForAnswer<Value>(
  client: MemcachedClient,
  key: string,
  command: Promise<Value>,
): Promise<Value> {
  const sockets = new Set<MemcachedSocket>()
  let timer: ReturnType<typeof setInterval> | undefined
  const disconnected = new Promise<never>((_, reject) => {
    let missingFor = 0
    const inspect = () => {
      const socket = client.server(key)?._socket
      if (socket) sockets.add(socket)
      destroyEnded(sockets)
      missingFor = socket ? 0 : missingFor + INTERVAL
      // memjs never settles commands whose connection the server has closed with FIN.
      if (missingFor > reconnectTime(client))
        reject(new Error('the connection was closed before an answer came'))
    }
    inspect()
    timer = setInterval(inspect, INTERVAL)
    timer.unref()
  })
  try {
    return await Promise.race([command, disconnected])
  } catch (error) {
    throw explain(error, client)
  } finally {
    clearInterval(timer)
    destroyEnded(sockets)
  }
}

/** Names the servers where a client with `failover` has given up on all of them for a while. */
function explain(error: unknown, client: MemcachedClient): Error {
  const message = String(memberOf(error, 'message') ?? error)
  if (message !== 'No servers available') return isError(error) ? error : new Error(message)
  const names = client.servers.map(({ host, port }) => `${host}:${port}`)
  return new Error(`no server available, each failed a short while ago: ${names.join(', ')}`)
}

/**
 * Destroys sockets that memjs has ended. It waits for the server to close them: with a server that hangs, they would
 * accumulate.
 */
function destroyEnded(sockets: Set<MemcachedSocket>): void {
  for (const socket of sockets) {
    if (!socket.writableEnded) continue
    socket.removeAllListeners('close') // memjs would mistake it for the end of the next connection
    socket.destroy()
    sockets.delete(socket)
  }
}

/** Milliseconds in which memjs has connected again, if it retries. */
function reconnectTime({ options: { retry_delay = 0.2 } }: MemcachedClient): number {
  return 1000 * retry_delay + 2 * INTERVAL
}
