import type { Probe } from '@watchman/core'
import { type Emitter, untilReady } from './connection.ts'
import { type CacheOptions, ensureClient, prefixOf } from './options.ts'
import { outspoken } from './outspoken.ts'
import { EXPIRY } from './round-trip.ts'
import { type Replied, singleTrip } from './single-trip.ts'

/** What is used of a Redis or Cluster of ioredis. */
export interface IoredisClient extends Emitter {
  readonly status: string
  readonly options: object
  connect(): Promise<unknown>
  pipeline(commands: [name: string, ...parameters: unknown[]][]): {
    exec(): Promise<readonly Replied[] | null>
  }
}

const CLIENT = 'a Redis or Cluster of the ioredis package'
const MEMBERS = {
  status: 'string',
  options: 'object',
  connect: 'function',
  pipeline: 'function',
  on: 'function',
  off: 'function',
} as const

/**
 * Probes Redis through a client of ioredis 5 or 6: PSETEX, GET and DEL of a key of its own, sent at once. It sends nothing
 * before the connection is ready, whatever the client's offline queue allows; a client that is lazy begins to connect.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ default: ioredis(new Redis(process.env.REDIS_URL), { prefix: 'app:health:' }) })
 */
export function ioredis(client: IoredisClient, options: CacheOptions = {}): Probe {
  ensureClient('ioredis', client, CLIENT, MEMBERS)
  const isReady = () => client.status === 'ready'
  const probe = singleTrip(
    {
      ready: untilReady({
        client,
        isReady,
        state: () => stateOf(client),
        begin: () => begin(client),
      }),
      async exchange(key, value) {
        const commands = client.pipeline([
          ['psetex', key, EXPIRY, value],
          ['get', key],
          ['del', key],
        ])
        return (await commands.exec()) ?? []
      },
    },
    prefixOf('ioredis', options),
  )
  return outspoken(client, probe, { isReady })
}

function stateOf({ status, options }: IoredisClient): string {
  // It calls itself so while a server loads its data, and while one says nothing.
  if (status === 'connect') return 'waiting for the server to be ready'
  return 'tls' in options && options.tls ? `${status} with TLS` : status
}

function begin(client: IoredisClient): void {
  if (client.status === 'end') throw new Error('the client has ended: it was closed or gave up reconnecting')
  // Why it fails is told by its error event.
  if (client.status === 'wait') client.connect().catch(() => {})
}
