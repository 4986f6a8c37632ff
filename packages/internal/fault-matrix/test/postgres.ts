import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
import { postgresProbe } from '@watchman/db/postgres'
import {
  type BackendSpec,
  type ClientOptions,
  type DriverSpec,
  networkFaults,
  poolFaults,
  serverFaults,
} from '@watchman/fault-matrix'
import { type DatabaseServer, missing, startPostgres } from '@watchman/servers'
import postgres from 'pg'
import postgresJs from 'postgres'
import {
  account,
  connectionCells,
  connectionOptions,
  exhaustible,
  LATE,
  POOL_SIZE,
  poolCells,
  prepare,
  type SqlBackend,
  secrets,
  sqlFaults,
} from './sql-backend.ts'

const start = async () =>
  prepare(await startPostgres(), administer, [
    `CREATE ROLE prober LOGIN PASSWORD '${account.password}'`,
    'CREATE DATABASE app',
  ])

async function administer(server: DatabaseServer, sql: string) {
  const client = new postgres.Client(server.url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** The number of connections of the application that the server holds; of those that match a condition. */
async function countConnections(server: DatabaseServer, condition = 'true'): Promise<number> {
  const rows = await administer(
    server,
    `SELECT 1 FROM pg_stat_activity WHERE usename = 'prober' AND ${condition}`,
  )
  return rows.length
}

function toConfig(backend: SqlBackend, options?: ClientOptions) {
  return { ...connectionOptions(backend, options), ssl: options?.tls ?? false }
}

async function connect(backend: SqlBackend, options?: ClientOptions) {
  const client = new postgres.Client(toConfig(backend, options))
  client.on('error', () => {})
  await client.connect()
  return client
}

const connectOne = async (backend: SqlBackend) => {
  const client = await connect(backend)
  return () => client.end()
}

const faults = sqlFaults(administer, connectOne, {
  setPassword: (password) => `ALTER ROLE prober PASSWORD '${password}'`,
  removeDatabase: 'ALTER DATABASE app RENAME TO gone',
  restoreDatabase: 'ALTER DATABASE gone RENAME TO app',
  makeReadOnly: 'ALTER DATABASE app SET default_transaction_read_only = on',
  makeWritable: 'ALTER DATABASE app RESET default_transaction_read_only',
  endConnections: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'prober'`,
})

const BROKEN = /Connection terminated unexpectedly|ECONNRESET/
const NO_TLS = /does not support SSL/
const TLS_REFUSED = /disconnected before secure TLS connection was established/

const poolDriver: DriverSpec<SqlBackend> = {
  name: 'pg `Pool`',
  open(backend, options) {
    const pool = new postgres.Pool({ ...toConfig(backend, options), max: POOL_SIZE })
    pool.on('error', () => {})
    const { taken, exhaust } = exhaustible(() => pool.connect())
    const busy = () => pool.totalCount - pool.idleCount - taken()
    return {
      probe: pgProbe(pool),
      heldResources: () => ({ busy: busy() }),
      leftovers: async () => ({
        waiting: pool.waitingCount,
        busy: busy(),
        'connections that the pool does not know': (await countConnections(backend.server)) - pool.totalCount,
      }),
      exhaust,
      close: () => pool.end(),
    }
  },
  cells: {
    ...poolCells(BROKEN),
    'TLS is expected and not offered': { message: NO_TLS, stickyMessage: NO_TLS },
    'wrong password': /password authentication failed/,
    'unknown database': /database "app" does not exist/,
    'the server takes no more connections': /remaining connection slots are reserved|too many clients/,
  },
}

const clientDriver: DriverSpec<SqlBackend> = {
  name: 'pg `Client`',
  async open(backend, options) {
    const client = await connect(backend, options)
    let isConnected = true
    client.on('end', () => {
      isConnected = false
    })
    return {
      probe: pgProbe(client),
      leftovers: async () => ({
        connections: (await countConnections(backend.server)) - (isConnected ? 1 : 0),
        listeners: isConnected ? client.listenerCount('error') - 1 : 0,
      }),
      close: () => client.end(),
    }
  },
  cells: connectionCells(BROKEN),
}

const postgresJsDriver: DriverSpec<SqlBackend> = {
  name: 'postgres',
  open(backend, options) {
    const { tls: ssl = false } = options ?? {}
    const sql = postgresJs({
      ...connectionOptions(backend, options),
      ssl,
      max: POOL_SIZE,
      connect_timeout: 0.5,
    })
    const { exhaust } = exhaustible(() => sql.reserve())
    return {
      probe: postgresProbe(sql),
      leftovers: async () => ({
        'connections in use': await countConnections(backend.server, `state <> 'idle'`),
        'connections that the pool does not know': Math.max(
          0,
          (await countConnections(backend.server)) - POOL_SIZE,
        ),
      }),
      exhaust,
      close: () => sql.end({ timeout: 0 }),
    }
  },
  cells: {
    ...poolCells(/ECONNRESET|CONNECTION_CLOSED/),
    'TLS is expected and not offered': { message: TLS_REFUSED, stickyMessage: TLS_REFUSED },
    'something else answers on the port': /CONNECT_TIMEOUT/,
    'accepts and says nothing': /CONNECT_TIMEOUT/,
    'accepts and closes at once': /^no connection to the server yet: timed out after 800 ms$/,
    // postgres.js keeps a connection until its query is answered. The probe waits for three runs, and then sends another query.
    'open connections go silent, new ones work': { message: LATE, recoveryTimeouts: 3 },
    'every connection of the pool goes silent, new ones work': { message: LATE, stickyMessage: LATE },
    'every connection of the pool is in use':
      /^degraded: pool has no free connection \(3 of 3 in use, or a new one/,
    'wrong password': /password authentication failed/,
    'unknown database': /database "app" does not exist/,
    'the server takes no more connections': /remaining connection slots are reserved|too many clients/,
  },
}

export const postgresSpec: BackendSpec<SqlBackend> = {
  name: 'PostgreSQL',
  skipReason: missing('postgres'),
  start,
  secrets,
  check: databases,
  faults: { ...serverFaults, ...networkFaults, ...poolFaults, ...faults },
  drivers: [poolDriver, clientDriver, postgresJsDriver],
}
