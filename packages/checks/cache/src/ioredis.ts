import type { Probe } from '@watchman/core'
import { aString, assertClient, hasMembers, memberOf, secretsOf, validate } from '@watchman/core/driver'
import { type CacheOptions, DEFAULT_PREFIX } from './cache-options.ts'
import type { ClientEvents } from './client-events.ts'
import { type CommandReply, pipelinedRoundTrip } from './pipelined-round-trip.ts'
import { EXPIRY } from './round-trip.ts'
import { waitUntilReady } from './wait-until-ready.ts'
import { withErrorEvents } from './with-error-events.ts'

/** What is used of a `Redis` or `Cluster` of ioredis. */
export interface IoredisClient extends ClientEvents {
  readonly status: string
  readonly options: object
  connect(): Promise<unknown>
  pipeline(commands: [name: string, ...parameters: unknown[]][]): {
    exec(): Promise<readonly CommandReply[] | null>
  }
}

const MEMBERS = {
  status: 'string',
  options: 'object',
  connect: 'function',
  pipeline: 'function',
  on: 'function',
  off: 'function',
} as const

/**
 * Checks Redis through a client of ioredis 5 or 6: `PSETEX`, `GET` and `DEL` of its own key, sent together. Nothing is
 * sent before the client is connected, whatever its offline queue would accept. A lazy client is connected.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({ default: ioredisProbe(new Redis(process.env.REDIS_URL), { prefix: 'app:health:' }) })
 */
export function ioredisProbe(client: IoredisClient, options: CacheOptions = {}): Probe {
  assertClient(
    'ioredisProbe',
    client,
    'a Redis or Cluster of the ioredis package',
    hasMembers(client, MEMBERS),
  )
  const { prefix = DEFAULT_PREFIX } = validate('ioredisProbe', options, { prefix: aString })
  const isReady = () => client.status === 'ready'
  const probe = pipelinedRoundTrip(
    {
      ready: waitUntilReady({
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
    prefix,
  )
  return Object.assign(withErrorEvents(client, probe, { isReady }), {
    secrets: () => secretsOf(client.options, memberOf(client, 'startupNodes')), // the nodes of a cluster
  })
}

function stateOf({ status, options }: IoredisClient): string {
  // The status while a server loads its data, and while a server does not answer.
  if (status === 'connect') return 'waiting for the server to be ready'
  return memberOf(options, 'tls') ? `${status} with TLS` : status
}

function begin(client: IoredisClient): void {
  if (client.status === 'end') throw new Error('the client has ended: it was closed or gave up reconnecting')
  // The 'error' event reports why it fails.
  if (client.status === 'wait') client.connect().catch(() => {})
}
