import type { Probe } from '@watchman/core'
import { type ProxiedServer, withProxy } from '@watchman/fault-matrix'
import { type Server, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'

/** The account of the application. The administrator can always connect. */
export const account = { username: 'prober', password: 'pr0ber-secret' }

/** A prefix for the keys of one client, which is checked only for its own. */
export const newPrefix = () => `watchman:${crypto.randomUUID()}:`

/** What no response may show. */
export const SECRETS = [account.password, 'adm1n-secret']

/** Starts a Redis, and a proxy to it. */
export async function startBackend({ cluster = false } = {}): Promise<ProxiedServer> {
  const server = await startRedis({
    cluster,
    password: 'adm1n-secret',
    arguments: [
      ...['--user', account.username, 'on', `>${account.password}`, '~*', '&*', '+@all'],
      ...(cluster ? ['--cluster-node-timeout', '1000'] : []),
      ...['--enable-debug-command', 'local', '--loading-process-events-interval-bytes', '1024'],
    ],
  })
  return withProxy(server)
}

/** Runs a command as the administrator, on a new connection. */
export async function administer(
  { url }: Server,
  command: string,
  ...parameters: readonly (string | number)[]
): Promise<unknown> {
  const redis = new Redis(url, { lazyConnect: true, enableReadyCheck: false, retryStrategy: null })
  try {
    await redis.connect()
    return await redis.call(command, [...parameters])
  } finally {
    redis.disconnect()
  }
}

/**
 * Counts the keys of a client that remain on a server. A client that is not connected cannot delete its keys: then only those
 * count that do not expire within a minute.
 */
export async function countKeys(server: Server, prefix: string, isConnected: boolean): Promise<number> {
  const keys = [await administer(server, 'KEYS', `${prefix}*`)].flat()
  if (isConnected) return keys.length
  const expiries = await Promise.all(keys.map((key) => administer(server, 'PTTL', `${key}`)))
  return expiries.map(Number).filter((expiry) => expiry < 0 || expiry > 60_000).length
}

/** Counts the connections of the application that the server holds. */
export async function countConnections(server: Server): Promise<number> {
  const list = `${await administer(server, 'CLIENT', 'LIST')}`
  return list.split('\n').filter((line) => line.includes(` user=${account.username} `)).length
}

interface Emitter {
  eventNames(): readonly (string | symbol)[]
  listenerCount(name: string | symbol): number
}

/** Counts the listeners of a client beyond those that it has now. */
export function countListeners(client: Emitter): () => number {
  const count = () => client.eventNames().reduce((sum, name) => sum + client.listenerCount(name), 0)
  const before = count()
  return () => count() - before
}

/** A probe that connects its client when it first runs, so that a fault can be injected before. */
export function connectingProbe(
  client: { readonly isOpen: boolean; connect(): Promise<unknown> },
  probe: Probe,
): Probe {
  return (signal) => {
    if (!client.isOpen) client.connect().catch(() => {})
    return probe(signal)
  }
}
