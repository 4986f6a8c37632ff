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
  connect(): Promise<PgClient & { release(destroy?: boolean): void }>
  readonly options: { readonly max?: number | undefined }
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  /** All its clients, including those that are connecting: not part of its types. */
  readonly _clients?: readonly { readonly connection?: { readonly stream?: { destroy?(): unknown } } }[]
}

/**
 * Sends PostgreSQL `SELECT 1` through a `Pool` or a connected `Client` of pg.
 *
 * At the timeout the connection of a pool is closed, which frees its slot. A `Client` belongs to the application and stays
 * open: the probe settles when the server answers or the connection breaks.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: pgProbe(new Pool({ connectionString: process.env.DATABASE_URL })) })
 */
export function pgProbe(client: PgPool | PgClient, options: PoolOptions = {}): Probe {
  validate('pgProbe', options, POOL_OPTIONS)
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
        closerOfNewest() {
          const connection = client._clients?.at(-1)?.connection
          return connection && (() => connection.stream?.destroy?.()) // read late: TLS replaces the stream
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
  const probe = connectionProbe(client, { ask: askConnected, closed: /not queryable|was closed/ })
  return Object.assign(probe, {
    setupWarning: missingErrorListenerWarning(client, 'client'),
    secrets: () => secretsOf(parametersOf(client)),
  })
}

/** What a client connects with. A password that a function or the environment provides is there too. */
function parametersOf(client: unknown): unknown {
  return memberOf(client, 'connectionParameters')
}

function isPool(client: PgPool | PgClient): client is PgPool {
  return hasMembers(client, { connect: 'function', options: 'object', totalCount: 'number' })
}

/** Queries a client, unless it was never connected: then pg would queue the query forever. */
async function askConnected(client: PgClient): Promise<unknown> {
  const { _connected: wasConnected, _connecting: isConnecting } = client
  if (wasConnected === false && !isConnecting)
    throw new Error('the client was never connected: call connect()')
  return ask(client)
}

function ask(client: PgClient): Promise<unknown> {
  return client.query('SELECT 1')
}
