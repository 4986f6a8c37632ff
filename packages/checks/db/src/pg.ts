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
import { explainPgbouncer } from './pgbouncer.ts'
import type { PooledConnection } from './pool-driver.ts'
import { POOL_OPTIONS, type PoolOptions } from './pool-options.ts'
import { poolProbe } from './pool-probe.ts'
import { type ClientOrFunction, isResolver, resolvingProbe } from './resolve-client.ts'
import { assertPostgresqlWritable, POSTGRESQL_READ_ONLY } from './writable.ts'

/** What is used of a `Client` of pg. */
export interface PgClient extends DatabaseConnection, CountsListeners {
  query(text: string): Promise<unknown>
  /** Distinguishes it from the clients of other packages. */
  readonly getTypeParser: unknown
  /** Whether it has ever been connected, and whether it is connecting: not part of its types. */
  readonly _connected?: boolean
  readonly _connecting?: boolean
}

/** What is used of a `Pool` of pg. */
export interface PgPool extends CountsListeners {
  on(event: 'acquire', listener: (client: PgClient) => void): unknown
  removeListener(event: 'acquire', listener: (client: PgClient) => void): unknown
  connect(): Promise<PgClient & { release(destroy?: boolean): void }>
  readonly options: { readonly max?: number | undefined }
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  /** All its clients, including those that are connecting: not part of its types. */
  readonly _clients?: readonly PgPooledClient[]
  /** The requests that wait for a client: not part of its types. */
  readonly _pendingQueue?: readonly unknown[]
}

/** What is used of a client in the list of a pool, which is not part of its types. */
interface PgPooledClient {
  /** Undefined for a client of pg-native. */
  readonly connection?: { readonly stream?: { destroy?(): unknown; readonly bytesRead?: number } }
  readonly _connecting?: boolean
  /** How often it was given back. */
  readonly _poolUseCount?: number
  /** Undefined until the pool has lent it. Throws for one that was given back. */
  release?(destroy: boolean): void
  end?(): unknown
}

/**
 * Sends PostgreSQL `SELECT 1` through a `Pool` or a connected `Client` of pg.
 *
 * At the timeout the connection of a pool is closed, which frees its slot. A `Client` belongs to the application and stays
 * open: the probe settles when the server answers or the connection breaks.
 *
 * A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: pgProbe(new Pool({ connectionString: process.env.DATABASE_URL })) })
 */
export function pgProbe(client: ClientOrFunction<PgPool | PgClient>, options: PoolOptions = {}): Probe {
  validate('pgProbe', options, POOL_OPTIONS)
  const create = (resolved: PgPool | PgClient) => probeOf(resolved, options)
  return isResolver(client) ? resolvingProbe('pgProbe', client, { create }) : create(client)
}

function probeOf(client: PgPool | PgClient, options: PoolOptions): Probe {
  const ask = (connection: PgClient) => query(connection, options)
  if (isPool(client)) {
    const probe = poolProbe(
      {
        take: () => client.connect(),
        ask,
        release: (connection) => connection.release(),
        destroy: (connection) => connection.release(true),
        usage: () => ({
          limit: client.options.max,
          size: client.totalCount,
          idle: client.idleCount,
          waiting: client.waitingCount,
        }),
        connections: () => client._clients?.map((each) => describe(client, each)) ?? [],
        queue: () => client._pendingQueue ?? [],
        onAcquire(listener) {
          client.on('acquire', listener)
          return () => client.removeListener('acquire', listener)
        },
        noneFree: /timeout exceeded when trying to connect/,
      },
      options,
    )
    return Object.assign(probe, {
      setupWarning: missingErrorListenerWarning(client, 'pool'),
      secrets: () => secretsOf(client.options, client._clients?.map(parametersOf)),
    })
  }
  const fits = hasMembers(client, { query: 'function', getTypeParser: 'function' })
  assertClient('pgProbe', client, 'a Pool or Client of the pg package', fits)
  const askConnected = async (connection: PgClient) => {
    assertConnected(connection)
    return ask(connection)
  }
  const probe = connectionProbe(client, { ask: askConnected, closed: /not queryable|was closed/ })
  return Object.assign(probe, {
    setupWarning: missingErrorListenerWarning(client, 'client'),
    secrets: () => secretsOf(parametersOf(client)),
  })
}

function describe(pool: PgPool, client: PgPooledClient): PooledConnection {
  const { _connecting = false, _poolUseCount: uses = 0, connection } = client
  return {
    identity: client,
    isConnecting: _connecting,
    activity: (connection?.stream?.bytesRead ?? 0) + uses,
    close() {
      // A hook such as `verify` may be using it. `end` makes it reject the queries of the hook and emit no 'error', for which
      // there may be no listener. While it is connecting, `end` would leave the request in the pool unsettled.
      if (!client._connecting) client.end?.()
      connection?.stream?.destroy?.() // TLS has replaced the stream that was there at first
    },
    free() {
      if (pool._clients?.includes(client)) client.release?.(true)
    },
  }
}

/** What a client connects with. A password that a function or the environment provides is there too. */
function parametersOf(client: unknown): unknown {
  return memberOf(client, 'connectionParameters')
}

function isPool(client: PgPool | PgClient): client is PgPool {
  return hasMembers(client, { connect: 'function', options: 'object', totalCount: 'number' })
}

/** @throws Error for a client that was never connected: pg would queue its queries forever. */
function assertConnected({ _connected: wasConnected, _connecting: isConnecting }: PgClient): void {
  if (wasConnected === false && !isConnecting)
    throw new Error('the client was never connected: call connect()')
}

async function query(client: PgClient, options: PoolOptions): Promise<void> {
  try {
    const result = await client.query(options.writable ? POSTGRESQL_READ_ONLY : 'SELECT 1')
    if (options.writable) assertPostgresqlWritable(memberOf(result, 'rows'))
  } catch (error) {
    throw explainPgbouncer(error, options)
  }
}
