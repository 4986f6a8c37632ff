import type { Probe } from '@watchman/core'
import {
  assertClient,
  assertOption,
  type CountsListeners,
  hasMembers,
  memberOf,
  missingErrorListenerWarning,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { connectionProbe, type DatabaseConnection } from './connection-probe.ts'
import type { PooledConnection } from './pool-driver.ts'
import { POOL_OPTIONS, type PoolOptions } from './pool-options.ts'
import { poolProbe } from './pool-probe.ts'
import { type ClientOrFunction, isResolver, resolvingProbe } from './resolve-client.ts'
import { readOnly } from './writable.ts'

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
  readonly stream?: { destroy?(): unknown; readonly bytesRead?: number }
}

/** What is used of a connection in the list of a pool, which is not part of its types. */
interface PooledMysql2Connection extends HasSocket {
  /** Whether the server has accepted the login. */
  readonly authorized?: boolean
  /** When it was last given back, in milliseconds since the epoch. Old versions do not have it. */
  readonly lastActiveTime?: number
  destroy(): void
}

/** What is used of a `Pool` of mysql2/promise. */
export interface Mysql2Pool {
  getConnection(): Promise<Mysql2PoolConnection>
  /** The pool of the callback API, whose queues are not part of its types. */
  readonly pool: {
    on(event: 'acquire', listener: (connection: object) => void): unknown
    removeListener(event: 'acquire', listener: (connection: object) => void): unknown
    readonly config: object & { readonly connectionLimit?: number | undefined }
    readonly _allConnections?: Queue<PooledMysql2Connection>
    readonly _freeConnections?: Queue<unknown>
    readonly _connectionQueue?: Queue<unknown>
  }
}

interface Queue<Item> {
  readonly length: number
  get?(index: number): Item | undefined
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
 * A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: mysql2Probe(createPool(process.env.DATABASE_URL)) })
 */
export function mysql2Probe(
  client: ClientOrFunction<Mysql2Client | PromiseClient>,
  options: PoolOptions = {},
): Probe {
  validate('mysql2Probe', options, POOL_OPTIONS)
  const create = (resolved: Mysql2Client | PromiseClient) => probeOf(resolved, options)
  return isResolver(client) ? resolvingProbe('mysql2Probe', client, { create, identityOf }) : create(client)
}

/** `promise()` of mysql2 returns a new wrapper each time. */
function identityOf(client: Mysql2Client | PromiseClient): unknown {
  return isCallbackApi(client) ? client : (memberOf(client, 'pool') ?? memberOf(client, 'connection'))
}

function probeOf(client: Mysql2Client | PromiseClient, options: PoolOptions): Probe {
  const ask = options.writable ? askWritable : askAnything
  const api = isCallbackApi(client) ? client.promise() : client
  if (isPool(api)) {
    const { pool } = api
    const probe = poolProbe(
      {
        take: () => api.getConnection(),
        ask,
        release: (connection) => connection.release(),
        destroy: ({ connection }) => close(connection),
        usage: () => ({
          limit: pool.config.connectionLimit,
          size: pool._allConnections?.length,
          idle: pool._freeConnections?.length,
          waiting: pool._connectionQueue?.length,
        }),
        connections: () => itemsOf(pool._allConnections).map(describe),
        queue: () => itemsOf(pool._connectionQueue),
        onAcquire(listener) {
          pool.on('acquire', listener)
          return () => pool.removeListener('acquire', listener)
        },
        noneFree: /No connections available|Queue limit reached/,
      },
      options,
    )
    return Object.assign(probe, { secrets: () => secretsOf(pool.config) })
  }
  assertConnection(client, api)
  const setupWarning = missingErrorListenerWarning(api.connection ?? {}, 'connection')
  return Object.assign(connectionProbe(api, { ask, closed: /closed state/ }), {
    setupWarning,
    secrets: () => secretsOf(memberOf(api.connection, 'config')),
  })
}

const EXPECTED = 'a Pool or Connection of the mysql2 package'

/** @throws WatchmanError `INVALID_OPTION` for anything but a connection. */
function assertConnection(client: unknown, api: unknown): void {
  if (hasMembers(client, { of: 'function', add: 'function', getConnection: 'function' })) {
    const pools = `cluster.of('*')`
    const query = hasMembers(client, { query: 'function' })
      ? `${pools}.query('SELECT 1')`
      : `promisify(${pools}.query).call(${pools}, { sql: 'SELECT 1' })`
    const remedy = `databases({ default: () => ${query} })`
    assertOption(false, `mysql2Probe(…) expects ${EXPECTED}, not a PoolCluster: for that, write ${remedy}`)
  }
  const fits = hasMembers(api, { query: 'function', execute: 'function', connection: 'any' })
  assertClient('mysql2Probe', client, EXPECTED, fits)
}

function describe(connection: PooledMysql2Connection): PooledConnection {
  const { authorized, lastActiveTime = 0, stream } = connection
  return {
    identity: connection,
    isConnecting: authorized === false,
    activity: (stream?.bytesRead ?? 0) + lastActiveTime,
    close() {
      // While it is connecting, `destroy` would leave the request in the pool unsettled.
      if (connection.authorized === false) connection.stream?.destroy?.()
      else close(connection)
    },
    free: () => connection.destroy(),
  }
}

function itemsOf<Item>(queue: Queue<Item> | undefined): readonly Item[] {
  const items = Array.from({ length: queue?.length ?? 0 }, (_, index) => queue?.get?.(index))
  return items.filter((item) => item !== undefined)
}

function isCallbackApi(client: Mysql2Client | PromiseClient): client is Mysql2Client {
  return hasMembers(client, { promise: 'function' })
}

function isPool(api: PromiseClient): api is Mysql2Pool {
  return hasMembers(api, { getConnection: 'function', pool: 'object' })
}

function askAnything(connection: Mysql2Connection): Promise<unknown> {
  return connection.query('SELECT 1')
}

/** The settings by which MySQL and MariaDB refuse writes. Servers know some of them, and the session's value counts. */
const READ_ONLY_SETTINGS = [
  'read_only',
  'super_read_only',
  'innodb_read_only',
  'transaction_read_only',
  'tx_read_only',
]

async function askWritable(connection: Mysql2Connection): Promise<void> {
  const names = READ_ONLY_SETTINGS.map((name) => `'${name}'`).join(', ')
  const sql = `SHOW VARIABLES WHERE Variable_name IN (${names}) AND Value NOT IN ('OFF', '0')`
  const answer = await connection.query(sql)
  const [rows] = Array.isArray(answer) ? answer : []
  if (!Array.isArray(rows)) throw readOnly('the server did not answer whether it accepts writes')
  const settings = rows.map((row) => Object.values(row).join(' is '))
  if (settings.length > 0) throw readOnly(settings.join(', '))
}

/** Frees the slot and closes the socket. `destroy` of mysql2 alone waits for the server to close the socket. */
function close(connection: HasSocket & { destroy(): void }): void {
  connection.destroy()
  connection.stream?.destroy?.()
}
