import type { Probe } from '@watchman/core'
import { assertClient, assertOption, hasMembers, memberOf, secretsOf, validate } from '@watchman/core/driver'
import { DEFAULT_PREFIX, REDIS_RULES, type RedisOptions } from './cache-options.ts'
import type { ClientEvents } from './client-events.ts'
import { nodeOfKey } from './cluster-node.ts'
import { pipelinedRoundTrip } from './pipelined-round-trip.ts'
import { replicaProbe } from './replica-probe.ts'
import { type ClientOrFunction, probeOfClient } from './resolve-client.ts'
import { EXPIRY } from './round-trip.ts'
import { waitUntilReady } from './wait-until-ready.ts'
import { withErrorEvents } from './with-error-events.ts'

/** A command and its parameters. */
type Command = [name: string, ...parameters: unknown[]]

/** The reply to a command: its error, or null and its result. */
type CommandReply = readonly [error: unknown, result?: unknown]

/** What is used of a `Redis` or `Cluster` of ioredis. */
export interface IoredisClient extends ClientEvents {
  readonly status: string
  readonly options: object
  connect(): Promise<unknown>
  pipeline(commands: Command[]): { exec(): Promise<readonly CommandReply[] | null> }
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
 * Checks Redis through a client of ioredis 5 or 6: `PSETEX`, `GET` and `DEL` of its own key, sent together; with
 * `readOnly`, `GET` and `INFO replication`. Nothing is sent before the client is connected, whatever its offline queue would
 * accept. A lazy client is connected. A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * caches({
 *   default: ioredisProbe(new Redis(process.env.REDIS_URL), { prefix: 'app:health:' }),
 *   replica: ioredisProbe(new Redis(process.env.REPLICA_URL), { readOnly: true }),
 * })
 */
export function ioredisProbe(client: ClientOrFunction<IoredisClient>, options: RedisOptions = {}): Probe {
  validate('ioredisProbe', options, REDIS_RULES)
  return probeOfClient('ioredisProbe', client, (resolved) => probeOf(resolved, options))
}

function probeOf(client: IoredisClient, { prefix = DEFAULT_PREFIX, readOnly }: RedisOptions): Probe {
  const expected = 'a Redis or Cluster of the ioredis package'
  assertClient('ioredisProbe', client, expected, hasMembers(client, MEMBERS))
  const isCluster = memberOf(client, 'isCluster') === true
  const refusal = 'option readOnly of ioredisProbe is for a Redis: a Cluster sends writes to its masters'
  assertOption(!(readOnly && isCluster), refusal)
  const isReady = () => client.status === 'ready'
  const ready = waitUntilReady({
    client,
    isReady,
    state: () => stateOf(client),
    begin: () => begin(client),
  })
  const probe = readOnly
    ? replicaProbe({ ready, ask: (key) => readAndInform(client, key) }, prefix)
    : pipelinedRoundTrip(
        {
          ready,
          exchange: (key, value) => exchange(client, key, value),
          nodeOf: (key) => nodeOfKey(memberOf(client, 'slots'), withPrefix(client, key)),
        },
        prefix,
      )
  return Object.assign(withErrorEvents(client, probe, { events: ['error', 'node error'], isReady }), {
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

/** The key that the client sends in place of `key`. */
function withPrefix({ options }: IoredisClient, key: string): string {
  return `${memberOf(options, 'keyPrefix') ?? ''}${key}`
}

async function exchange(client: IoredisClient, key: string, value: string): Promise<unknown> {
  const [, read] = await send(client, [
    ['psetex', key, EXPIRY, value],
    ['get', key],
    ['del', key],
  ])
  return read
}

async function readAndInform(client: IoredisClient, key: string): Promise<unknown> {
  const [, info] = await send(client, [
    ['get', key],
    ['info', 'replication'],
  ])
  return info
}

/** Sends commands together. Resolves with their results; rejects with the first error of one. */
async function send(client: IoredisClient, commands: Command[]): Promise<readonly unknown[]> {
  const replies = (await client.pipeline(commands).exec()) ?? []
  for (const [error] of replies) if (error) throw error
  return replies.map(([, result]) => result)
}
