import type { Probe } from '@watchman/core'
import { adviseListener, type Emitter } from './advise-listener.ts'
import { type Connection, connectionProbe } from './connection-probe.ts'
import { ensureClient, has } from './ensure-client.ts'
import { ensureOptions, type PoolOptions } from './pool-options.ts'
import { poolProbe } from './pool-probe.ts'

/** What is used of a `Connection` of mysql2/promise. */
export interface Mysql2Connection extends Connection {
  query(sql: string): Promise<unknown>
  /** The connection of the callback API. */
  readonly connection?: Emitter
}

/** What is used of a `PoolConnection` of mysql2/promise. */
export interface Mysql2PoolConnection extends Mysql2Connection {
  release(): void
  destroy(): void
  /** The connection of the callback API, whose socket is not part of its types. */
  readonly connection: Emitter & Socketed & { destroy(): void }
}

interface Socketed {
  readonly stream?: { destroy?(): unknown }
}

/** What is used of a `Pool` of mysql2/promise. */
export interface Mysql2Pool {
  getConnection(): Promise<Mysql2PoolConnection>
  /** The pool of the callback API, whose queues are not part of its types. */
  readonly pool: {
    readonly config: object & { readonly connectionLimit?: number | undefined }
    readonly _allConnections?: Queue & { get?(index: number): Socketed | undefined }
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
 * Asks MySQL or MariaDB `SELECT 1` through a `Pool`, `PoolConnection` or `Connection` of mysql2 or mysql2/promise.
 *
 * A pool's connection that has not answered at the deadline is closed, so that its slot in the pool is free. A connection
 * of the application's stays open: its probe ends when the server answers or the connection breaks.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: mysql2(createPool(process.env.DATABASE_URL)) })
 */
export function mysql2(client: Mysql2Client | PromiseClient, options: PoolOptions = {}): Probe {
  ensureOptions('mysql2', options)
  const api = isCallbackApi(client) ? client.promise() : client
  if (isPool(api)) {
    const { pool } = api
    return poolProbe(
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
        newest() {
          const all = pool._allConnections
          const connection = all?.get?.(all.length - 1)
          return connection && (() => connection.stream?.destroy?.())
        },
        refusal: /No connections available|Queue limit reached/,
      },
      options,
    )
  }
  const wanted = 'a Pool or Connection of the mysql2 package'
  ensureClient(has(api, 'query', 'execute', 'connection'), 'mysql2', wanted, client)
  const probe = connectionProbe(api, { ask, closed: /closed state/ })
  return Object.assign(probe, { advice: adviseListener(api.connection ?? {}, 'connection') })
}

function isCallbackApi(client: Mysql2Client | PromiseClient): client is Mysql2Client {
  return has(client, 'promise')
}

function isPool(api: PromiseClient): api is Mysql2Pool {
  return has(api, 'getConnection', 'pool')
}

function ask(connection: Mysql2Connection): Promise<unknown> {
  return connection.query('SELECT 1')
}

/** Its own `destroy` frees the slot and says goodbye, but waits for the server to close the socket. */
function destroy(lent: Mysql2PoolConnection): void {
  lent.destroy()
  lent.connection.stream?.destroy?.()
}
