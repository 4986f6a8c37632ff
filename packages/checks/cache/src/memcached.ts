import type { Probe } from '@watchman/core'
import { type CacheOptions, ensureClient, prefixOf } from './options.ts'
import { EXPIRY, roundTrip } from './round-trip.ts'

interface MemcachedServer {
  readonly host: string
  readonly port: number
  readonly options: { readonly timeout?: number | undefined; readonly conntimeout?: number | undefined }
}

/** What is used of a Client of memjs. Its options are in seconds. */
export interface MemcachedClient {
  readonly servers: readonly MemcachedServer[]
  readonly options: {
    readonly retries?: number | undefined
    readonly retry_delay?: number | undefined
    readonly failover?: boolean | undefined
  }
  set(key: string, value: string, options: { readonly expires: number }): Promise<unknown>
  get(key: string): Promise<{ readonly value: unknown }>
  delete(key: string): Promise<unknown>
}

const CLIENT = 'a Client of the memjs package'
const MEMBERS = {
  servers: 'object',
  options: 'object',
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
      set: (key, value) => answer(client, client.set(key, value, { expires: EXPIRY / 1000 })),
      get: async (key) => (await answer(client, client.get(key))).value,
      delete: (key) => answer(client, client.delete(key)),
    },
    prefix,
  )
}

/** The answer to a command, or why there is none. */
async function answer<Value>(client: MemcachedClient, command: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  // memjs forgets commands whose connection the server closes: they would never end.
  const lost = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, patienceOf(client), new Error('the connection was lost before an answer came'))
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
    clearTimeout(timer)
  }
}

/** Milliseconds in which memjs has either an answer or an error, with a second to spare. */
function patienceOf({ servers, options }: MemcachedClient): number {
  const { retries = 2, retry_delay = 0.2, failover } = options
  const attempts = servers.map(
    ({ options: { timeout = 0.5, conntimeout = 2 * timeout } }) => timeout + conntimeout,
  )
  const server = Math.max(1, retries) * (Math.max(...attempts) + retry_delay)
  return 1000 * (1 + server * (failover ? servers.length : 1))
}
