import { type Networked, startProxy } from '@watchman/fault-matrix'
import { type Server, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'

/** A Redis with an account for the application, whose administrator stays able to connect. */
export interface RedisBackend extends Networked {
  readonly server: Server
  stop(): Promise<unknown>
}

/** The account of the application. */
export const account = { username: 'prober', password: 'pr0ber-secret' }

/** A prefix for the keys of one client, so that each has to answer for its own. */
export const newPrefix = () => `watchman:${crypto.randomUUID()}:`

/** What no answer may show. */
export const SECRETS = [account.password, 'adm1n-secret']

/** Starts a Redis, and a proxy before it. */
export async function startBackend({ cluster = false } = {}): Promise<RedisBackend> {
  const server = await startRedis({
    cluster,
    password: 'adm1n-secret',
    arguments: [
      ...['--user', account.username, 'on', `>${account.password}`, '~*', '&*', '+@all'],
      ...(cluster ? ['--cluster-node-timeout', '1000'] : []),
      ...['--enable-debug-command', 'local', '--loading-process-events-interval-bytes', '1024'],
    ],
  })
  const proxy = await startProxy(server)
  return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]) }
}

/** Gives one command over a connection of its own. */
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

/** How many keys that begin with `prefix` the server holds. */
export async function keysOf(server: Server, prefix: string): Promise<number> {
  return [await administer(server, 'KEYS', `${prefix}*`)].flat().length
}

/** How many of them do not expire within a minute: what counts where the client that wrote them cannot be used any more. */
export async function lastingKeysOf(server: Server, prefix: string): Promise<number> {
  const keys = [await administer(server, 'KEYS', `${prefix}*`)].flat()
  const expiries = await Promise.all(keys.map((key) => administer(server, 'PTTL', `${key}`)))
  return expiries.map(Number).filter((expiry) => expiry < 0 || expiry > 60_000).length
}

/** How many connections of the application the server holds. */
export async function connectionsOf(server: Server): Promise<number> {
  const list = `${await administer(server, 'CLIENT', 'LIST')}`
  return list.split('\n').filter((line) => line.includes(` user=${account.username} `)).length
}

interface Emitter {
  eventNames(): readonly (string | symbol)[]
  listenerCount(name: string | symbol): number
}

/** Counts the listeners that a client has beyond those it has now. */
export function countListeners(client: Emitter): () => number {
  const count = () => client.eventNames().reduce((sum, name) => sum + client.listenerCount(name), 0)
  const before = count()
  return () => count() - before
}
