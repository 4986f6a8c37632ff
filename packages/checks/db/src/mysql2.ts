import type { Probe } from '@watchman/core'
import {
  assertClient,
  type CountsListeners,
  hasMembers,
  memberOf,
  missingErrorListenerWarning,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { connectionProbe, type DatabaseConnection } from './connection-probe.ts'
import { POOL_OPTIONS, type PoolOptions } from './pool-options.ts'
import { poolProbe } from './pool-probe.ts'

/** What is used of a `Connection` of mysql2/promise. */
export interface Mysql2Connection extends DatabaseConnection {
  query(sql: string): Promise<unknown>
  /** The connection of the callback API. */
  readonly connection?: CountsListeners
}

/** What is used of a `PoolConnection` of mysql2/promise. */
export interface Mysql2PoolConnection extends Mysql2Connection {
  release(): void
  destroy(): void
  /** The connection of the callback API, whose socket is not part of its types. */
  readonly connection: CountsListeners & HasSocket & { destroy(): void }
}

interface HasSocket {
  readonly stream?: { destroy?(): unknown }
}

/** What is used of a `Pool` of mysql2/promise. */
export interface Mysql2Pool {
  getConnection(): Promise<Mysql2PoolConnection>
  /** The pool of the callback API, whose queues are not part of its types. */
  readonly pool: {
    readonly config: object & { readonly connectionLimit?: number | undefined }
    readonly _allConnections?: Queue & { get?(index: number): HasSocket | undefined }
    readonly _freeConnections?: Queue
    readonly _connectionQueue?: Queue
  }
}

interface Queue {
  readonly length: number
}

type PromiseClient = Mysql2Pool | Mysql2Connection

/** What is used of a `Pool`, `PoolConnection` or `Connection` of mysql2. */
export interface Mysql2Client {
  promise(): PromiseClient
}

/**
 * Sends MySQL or MariaDB `SELECT 1` through a `Pool`, `PoolConnection` or `Connection` of mysql2 or mysql2/promise.
 *
 * At the timeout the connection of a pool is closed, which frees its slot. A connection that belongs to the application stays
 * open: the probe settles when the server answers or the connection breaks.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: mysql2Probe(createPool(process.env.DATABASE_URL)) })
 */
export function mysql2Probe(client: Mysql2Client | PromiseClient, options: PoolOptions = {}): Probe {
  validate('mysql2Probe', options, POOL_OPTIONS)
  const api = isCallbackApi(client) ? client.promise() : client
  if (isPool(api)) {
    const { pool } = api
    const probe = poolProbe(
      {
        take: () => api.getConnection(),
        ask,
        release: (connection) => connection.release(),
        destroy,
        usage: () => ({
          limit: pool.config.connectionLimit,
          size: pool._allConnections?.length,
          idle: pool._freeConnections?.length,
          waiting: pool._connectionQueue?.length,
        }),
        closerOfNewest() {
          const all = pool._allConnections
          const connection = all?.get?.(all.length - 1)
          return connection && (() => connection.stream?.destroy?.())
        },
        noneFree: /No connections available|Queue limit reached/,
      },
      options,
    )
    return Object.assign(probe, { secrets: () => secretsOf(pool.config) })
  }
  const fits = hasMembers(api, { query: 'function', execute: 'function', connection: 'any' })
  assertClient('mysql2Probe', client, 'a Pool or Connection of the mysql2 package', fits)
  const setupWarning = missingErrorListenerWarning(api.connection ?? {}, 'connection')
  return Object.assign(connectionProbe(api, { ask, closed: /closed state/ }), {
    setupWarning,
    secrets: () => secretsOf(memberOf(api.connection, 'config')),
  })
}

function isCallbackApi(client: Mysql2Client | PromiseClient): client is Mysql2Client {
  return hasMembers(client, { promise: 'function' })
}

function isPool(api: PromiseClient): api is Mysql2Pool {
  return hasMembers(api, { getConnection: 'function', pool: 'object' })
}

function ask(connection: Mysql2Connection): Promise<unknown> {
  return connection.query('SELECT 1')
}

/** Frees the slot and closes the socket. `destroy` of mysql2 alone waits for the server to close the socket. */
function destroy(connection: Mysql2PoolConnection): void {
  connection.destroy()
  connection.connection.stream?.destroy?.()
}
