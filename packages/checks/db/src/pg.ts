import type { Probe } from '@watchman/core'
import { adviseListener, type Emitter } from './advise-listener.ts'
import { type Connection, connectionProbe } from './connection-probe.ts'
import { ensureClient, has } from './ensure-client.ts'
import { ensureOptions, type PoolOptions } from './pool-options.ts'
import { poolProbe } from './pool-probe.ts'

/** What is used of a `Client` of pg. */
export interface PgClient extends Connection, Emitter {
  query(text: string): Promise<unknown>
  /** Tells it from the clients of other packages. */
  readonly getTypeParser: unknown
  /** Whether it has ever been connected, and whether it is about to be: not part of its types. */
  readonly _connected?: boolean
  readonly _connecting?: boolean
}

/** What is used of a `Pool` of pg. */
export interface PgPool extends Emitter {
  connect(): Promise<PgClient & { release(destroy?: boolean): void }>
  readonly options: { readonly max?: number | undefined }
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  /** All its clients, those that connect included: not part of its types. */
  readonly _clients?: readonly { readonly connection?: { readonly stream?: { destroy?(): unknown } } }[]
}

/**
 * Asks PostgreSQL `SELECT 1` through a `Pool` or a connected `Client` of pg.
 *
 * A connection that has not answered at the deadline is closed, so that its slot in the pool is free. A `Client` is the
 * application's one connection and stays open: its probe ends when the server answers or the connection breaks.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: pg(new Pool({ connectionString: process.env.DATABASE_URL })) })
 */
export function pg(client: PgPool | PgClient, options: PoolOptions = {}): Probe {
  ensureOptions('pg', options)
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
        newest() {
          const connection = client._clients?.at(-1)?.connection
          return connection && (() => connection.stream?.destroy?.()) // TLS puts another stream in its place
        },
        refusal: /timeout exceeded when trying to connect/,
      },
      options,
    )
    return Object.assign(probe, { advice: adviseListener(client, 'pool') })
  }
  ensureClient(has(client, 'query', 'getTypeParser'), 'pg', 'a Pool or Client of the pg package', client)
  return Object.assign(connectionProbe(client, { ask: askConnected, closed: /not queryable|was closed/ }), {
    advice: adviseListener(client, 'client'),
  })
}

function isPool(client: PgPool | PgClient): client is PgPool {
  return has(client, 'connect', 'options', 'totalCount')
}

/** A query of a client that was never connected would wait for ever. */
async function askConnected(client: PgClient): Promise<unknown> {
  const { _connected: isConnected, _connecting: connects } = client
  if (isConnected === false && !connects) throw new Error('the client was never connected: call connect()')
  return ask(client)
}

function ask(client: PgClient): Promise<unknown> {
  return client.query('SELECT 1')
}
