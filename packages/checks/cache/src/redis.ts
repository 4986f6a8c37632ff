import type { Probe } from '@watchman/core'
import {
  assertClient,
  assertOption,
  hasMembers,
  memberOf,
  missingErrorListenerWarning,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { DEFAULT_PREFIX, REDIS_RULES, type RedisOptions } from './cache-options.ts'
import type { ClientEvents } from './client-events.ts'
import { nodeOfKey } from './cluster-node.ts'
import { pipelinedRoundTrip } from './pipelined-round-trip.ts'
import { replicaProbe } from './replica-probe.ts'
import { type ClientOrFunction, probeOfClient } from './resolve-client.ts'
import { EXPIRY } from './round-trip.ts'
import { waitUntilReady } from './wait-until-ready.ts'
import { withErrorEvents } from './with-error-events.ts'

/** Commands that are sent together. Each method adds one. */
interface Batch {
  pSetEx(key: string, milliseconds: number, value: string): unknown
  get(key: string): unknown
  del(key: string): unknown
  info(section: string): unknown
}

/** What is used of a client of the redis package. */
export interface RedisClient extends ClientEvents {
  readonly isOpen: boolean
  readonly isReady: boolean
  readonly options?: object | undefined
  multi(): Batch & { exec(): Promise<readonly unknown[]>; execAsPipeline(): Promise<readonly unknown[]> }
  listenerCount(event: 'error'): number
}

const MEMBERS = {
  isOpen: 'boolean',
  isReady: 'boolean',
  multi: 'function',
  on: 'function',
  off: 'function',
  listenerCount: 'function',
} as const

/**
 * Checks Redis through a client of redis 4, 5 or 6, also one of redis 4 in `legacyMode`, or a cluster of redis 6: `PSETEX`,
 * `GET` and `DEL` of its own key, sent together, to a cluster as a transaction; with `readOnly`, `GET` and `INFO replication`. Nothing is sent before the
 * client is connected, and a client that is not open is not connected. A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for another client and for options that cannot work.
 * @example
 * const client = await createClient().on('error', console.error).connect()
 * caches({ default: redisProbe(client) })
 */
export function redisProbe(client: ClientOrFunction<RedisClient>, options: RedisOptions = {}): Probe {
  validate('redisProbe', options, REDIS_RULES)
  return probeOfClient('redisProbe', client, (resolved) => probeOf(resolved, options))
}

function probeOf(client: RedisClient, { prefix = DEFAULT_PREFIX, readOnly }: RedisOptions): Probe {
  assertRedisClient(client)
  const refusal = 'option readOnly of redisProbe is for a client: a cluster sends writes to its masters'
  assertOption(!(readOnly && isCluster(client)), refusal)
  const ready = waitUntilReady({
    client,
    isReady: () => client.isReady,
    state: () => stateOf(client),
    begin: () => assertOpen(client),
  })
  const probe = readOnly
    ? replicaProbe({ ready, ask: (key) => readAndInform(client, key) }, prefix)
    : pipelinedRoundTrip(
        {
          ready,
          exchange: (key, value) => exchange(client, key, value),
          nodeOf: (key) =>
            isCluster(client) ? nodeOfKey(memberOf(client, 'slots'), withPrefix(client, key)) : undefined,
        },
        prefix,
      )
  const listenerWarning = missingErrorListenerWarning(client, 'client')
  return Object.assign(withErrorEvents(client, probe, { events: ['error', 'node-error'] }), {
    // A cluster reports errors of its nodes by 'node-error', which does not crash the process.
    setupWarning: () => (isCluster(client) ? undefined : listenerWarning()),
    secrets: () => secretsOf(client.options, memberOf(client, '_options')), // the latter of a cluster
  })
}

function isCluster(client: RedisClient): boolean {
  return 'masters' in client
}

/** @throws WatchmanError `INVALID_OPTION` that says what to pass in place of a pool, or of a client with callbacks. */
function assertRedisClient(client: RedisClient): void {
  const isPool = hasMembers(client, { execute: 'function', totalClients: 'number' })
  const pooled = '(signal) => pool.execute((client) => redisProbe(client)(signal))'
  assertOption(!isPool, `redisProbe(…) expects a client, not a pool of them: use the probe ${pooled}`)
  const isLegacy = memberOf(memberOf(client, 'constructor'), 'name') === 'RedisLegacyClient'
  assertOption(
    !isLegacy,
    'redisProbe(…) expects the client that legacy() was called on, not what legacy() returns',
  )
  assertClient('redisProbe', client, 'a client of the redis package', fits(client))
}

/** Whether `client` has the members of a client. Behind a Proxy, a client of redis 4 throws when they are read. */
function fits(client: RedisClient): boolean {
  try {
    return hasMembers(client, MEMBERS)
  } catch {
    return false
  }
}

function stateOf({ isOpen, options }: RedisClient): string {
  if (!isOpen) return 'closed'
  return memberOf(memberOf(options, 'socket'), 'tls') ? 'connecting with TLS' : 'connecting'
}

function assertOpen(client: RedisClient): void {
  if (!client.isOpen) throw new Error('the client is closed or was never connected: call connect()')
}

/** The key that the client sends in place of `key`. */
function withPrefix(client: RedisClient, key: string): string {
  return `${memberOf(client, '_keyPrefix') ?? ''}${key}`
}

async function exchange(client: RedisClient, key: string, value: string): Promise<unknown> {
  const [, read] = await send(client, (batch) => {
    batch.pSetEx(key, EXPIRY, value)
    batch.get(key)
    batch.del(key)
  })
  return read
}

async function readAndInform(client: RedisClient, key: string): Promise<unknown> {
  const [, info] = await send(client, (batch) => {
    batch.get(key)
    batch.info('replication')
  })
  return info
}

/** Sends the commands that `fill` adds together. Resolves with their results; rejects with the first error of one. */
function send(client: RedisClient, fill: (batch: Batch) => void): Promise<readonly unknown[]> {
  const batch = client.multi()
  fill(batch)
  // A cluster follows a key that has moved to another node only for a transaction.
  return isCluster(client) ? batch.exec() : batch.execAsPipeline()
}
