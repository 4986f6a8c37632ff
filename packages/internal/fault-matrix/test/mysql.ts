import { databases } from '@watchman/db'
import { mysql2Probe } from '@watchman/db/mysql2'
import {
  type BackendSpec,
  type ClientOptions,
  type DriverSpec,
  networkFaults,
  poolFaults,
  serverFaults,
} from '@watchman/fault-matrix'
import { type DatabaseServer, missing, startMariadb } from '@watchman/servers'
import { createConnection, createPool, type RowDataPacket } from 'mysql2/promise'
import { lengthOf } from './length-of.ts'
import {
  account,
  connectionCells,
  connectionOptions,
  exhaustible,
  POOL_SIZE,
  poolCells,
  prepare,
  type SqlBackend,
  secrets,
  sqlFaults,
} from './sql-backend.ts'

const start = async () =>
  prepare(await startMariadb(), administer, [
    `CREATE USER prober IDENTIFIED BY '${account.password}'`,
    'CREATE DATABASE app',
    'GRANT ALL ON *.* TO prober',
    'REVOKE SUPER, CONNECTION ADMIN, READ_ONLY ADMIN ON *.* FROM prober',
  ])

async function administer(server: DatabaseServer, sql: string): Promise<readonly RowDataPacket[]> {
  const connection = await createConnection(server.url)
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql)
    return rows
  } finally {
    await connection.end()
  }
}

/** The number of connections of the application that the server holds. */
async function countConnections(server: DatabaseServer): Promise<number> {
  const sql = `SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'prober'`
  return (await administer(server, sql)).length
}

function toConfig(backend: SqlBackend, options?: ClientOptions) {
  return { ...connectionOptions(backend, options), ...(options?.tls && { ssl: {} }) }
}

const connectOne = async (backend: SqlBackend) => {
  const connection = await createConnection(toConfig(backend))
  return () => connection.end()
}

const faults = sqlFaults(administer, connectOne, {
  setPassword: (password) => `SET PASSWORD FOR prober = PASSWORD('${password}')`,
  removeDatabase: 'DROP DATABASE app',
  restoreDatabase: 'CREATE DATABASE app',
  makeReadOnly: 'SET GLOBAL read_only = ON',
  makeWritable: 'SET GLOBAL read_only = OFF',
  endConnections: 'KILL USER prober',
})

const BROKEN = /Connection lost: The server closed the connection|ECONNRESET/
const NO_TLS = /does not support secure/

const poolDriver: DriverSpec<SqlBackend> = {
  name: 'mysql2 `Pool`',
  open(backend, options) {
    const pool = createPool({ ...toConfig(backend, options), connectionLimit: POOL_SIZE })
    const { taken, exhaust } = exhaustible(() => pool.getConnection())
    const size = () => lengthOf(pool.pool, '_allConnections')
    const busy = () => size() - lengthOf(pool.pool, '_freeConnections') - taken()
    return {
      probe: mysql2Probe(pool),
      heldResources: () => ({ busy: busy() }),
      leftovers: async () => ({
        waiting: lengthOf(pool.pool, '_connectionQueue'),
        busy: busy(),
        'connections that the pool does not know': (await countConnections(backend.server)) - size(),
      }),
      exhaust,
      close: () => pool.end(),
    }
  },
  cells: {
    ...poolCells(BROKEN),
    'TLS is expected and not offered': { message: NO_TLS, stickyMessage: NO_TLS },
    'wrong password': /Access denied for user/,
    'unknown database': /Unknown database 'app'/,
    'the server takes no more connections': /Too many connections/,
  },
}

const connectionDriver: DriverSpec<SqlBackend> = {
  name: 'mysql2 `Connection`',
  async open(backend, options) {
    const connection = await createConnection(toConfig(backend, options))
    let isConnected = true
    connection.on('end', () => {
      isConnected = false
    })
    const listeners = connection.listenerCount('error')
    return {
      probe: mysql2Probe(connection),
      leftovers: async () => ({
        connections: (await countConnections(backend.server)) - (isConnected ? 1 : 0),
        listeners: isConnected ? connection.listenerCount('error') - listeners : 0,
      }),
      close() {
        isConnected = false
        connection.destroy()
      },
    }
  },
  cells: connectionCells(BROKEN),
}

export const mysqlSpec: BackendSpec<SqlBackend> = {
  name: 'MySQL and MariaDB',
  skipReason: missing('mariadb'),
  start,
  secrets,
  check: databases,
  faults: { ...serverFaults, ...networkFaults, ...poolFaults, ...faults },
  drivers: [poolDriver, connectionDriver],
}
