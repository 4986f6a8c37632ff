import { databases } from '@watchman/db'
import { mysql2Probe } from '@watchman/db/mysql2'
import {
  type Driver,
  type Faults,
  type Kind,
  type Networked,
  networkFaults,
  poolFaults,
  type Setup,
  serverFaults,
  startProxy,
} from '@watchman/fault-matrix'
import { type DatabaseServer, missing, startMariadb } from '@watchman/servers'
import { type Connection, createConnection, createPool, type RowDataPacket } from 'mysql2/promise'

interface Backend extends Networked {
  readonly server: DatabaseServer
  stop(): Promise<unknown>
}

/** How many connections a pool has. */
const SIZE = 3

/** The account and the database of the application, whose administrator stays able to connect. */
const application = { user: 'prober', password: 'pr0ber-secret', database: 'app' }

async function start(): Promise<Backend> {
  const server = await startMariadb()
  await administer(server, `CREATE USER prober IDENTIFIED BY '${application.password}'`)
  await administer(server, 'CREATE DATABASE app')
  await administer(server, 'GRANT ALL ON *.* TO prober')
  await administer(server, 'REVOKE SUPER, CONNECTION ADMIN, READ_ONLY ADMIN ON *.* FROM prober')
  const proxy = await startProxy(server)
  return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]) }
}

async function administer(server: DatabaseServer, sql: string): Promise<readonly RowDataPacket[]> {
  const connection = await createConnection(server.url)
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql)
    return rows
  } finally {
    await connection.end()
  }
}

/** How many connections of the application the server holds. */
async function connections(server: DatabaseServer): Promise<number> {
  const sql = `SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'prober'`
  return (await administer(server, sql)).length
}

const settings = ({ server }: Backend, { address = server, tls }: Setup = {}) => ({
  ...{ host: address.host, port: address.port, ...(tls && { ssl: {} }) },
  ...application,
})

const faults: Faults<Backend> = {
  'wrong password': {
    used: false,
    async bring({ backend: { server } }) {
      await administer(server, `SET PASSWORD FOR prober = PASSWORD('another')`)
      return () => administer(server, `SET PASSWORD FOR prober = PASSWORD('${application.password}')`)
    },
  },
  'unknown database': {
    used: false,
    async bring({ backend: { server } }) {
      await administer(server, 'DROP DATABASE app')
      return () => administer(server, 'CREATE DATABASE app')
    },
  },
  'the server takes no more connections': {
    used: false,
    async bring({ backend }) {
      const hogs: Connection[] = []
      for (let refused = false; !refused; ) {
        await createConnection(settings(backend)).then(
          (hog) => hogs.push(hog),
          () => {
            refused = true
          },
        )
      }
      return () => Promise.all(hogs.map((hog) => hog.end()))
    },
  },
  'read-only': {
    async bring({ backend: { server } }) {
      await administer(server, 'SET GLOBAL read_only = ON')
      return () => administer(server, 'SET GLOBAL read_only = OFF')
    },
  },
}

const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
const BROKEN = /Connection lost: The server closed the connection|ECONNRESET/
const LATE = /^timed out after 800 ms$/
const NO_CONNECTION = /^no connection to the server yet: timed out after 800 ms$/
const CLOSED = /^the connection is closed, and only the application can open a new one/

interface Queues {
  readonly [name: `_${string}`]: { readonly length: number } | undefined
}

const pool: Driver<Backend> = {
  name: 'mysql2 `Pool`',
  open(backend, setup) {
    const opened = createPool({ ...settings(backend, setup), connectionLimit: SIZE })
    const queues: Queues = Object(opened.pool)
    const state = { lent: 0 }
    const size = () => queues._allConnections?.length ?? 0
    const busy = () => size() - (queues._freeConnections?.length ?? 0) - state.lent
    return {
      probe: mysql2Probe(opened),
      held: () => ({ busy: busy() }),
      leftovers: async () => ({
        waiting: queues._connectionQueue?.length ?? 0,
        busy: busy(),
        'connections that the pool does not know': (await connections(backend.server)) - size(),
      }),
      async exhaust() {
        const held = await Promise.all(Array.from({ length: SIZE }, () => opened.getConnection()))
        state.lent = SIZE
        return () => {
          state.lent = 0
          for (const connection of held) connection.release()
        }
      },
      close: () => opened.end(),
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': BROKEN,
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': { reads: /getaddrinfo \w+ nonexistent\.invalid/, lasting: /nonexistent/ },
    'TLS is expected and not offered': {
      reads: /does not support secure/,
      lasting: /does not support secure/,
    },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': BROKEN,
    'answers garbage': LATE,
    'something else answers on the port': NO_CONNECTION,
    'accepts and says nothing': NO_CONNECTION,
    'accepts and closes at once': BROKEN,
    'every connection of the pool is in use': /^degraded: pool has no free connection \(3 of 3 in use\)/,
    'wrong password': /Access denied for user/,
    'unknown database': /Unknown database 'app'/,
    'the server takes no more connections': /Too many connections/,
    'read-only': 'ok',
  },
}

const connection: Driver<Backend> = {
  name: 'mysql2 `Connection`',
  async open(backend, setup) {
    const opened = await createConnection(settings(backend, setup))
    const state = { connected: true }
    opened.on('end', () => {
      state.connected = false
    })
    const listeners = opened.listenerCount('error')
    return {
      probe: mysql2Probe(opened),
      leftovers: async () => ({
        connections: (await connections(backend.server)) - (state.connected ? 1 : 0),
        listeners: state.connected ? opened.listenerCount('error') - listeners : 0,
      }),
      close() {
        state.connected = false
        opened.destroy()
      },
    }
  },
  cells: {
    'killed (SIGKILL) while it is asked': { reads: BROKEN, lasting: CLOSED },
    'killed (SIGKILL) between two probes': { reads: CLOSED, lasting: CLOSED },
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': { reads: CLOSED, lasting: CLOSED },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': { reads: BROKEN, lasting: CLOSED },
    'answers garbage': { reads: LATE, lasting: LATE },
    'read-only': 'ok',
  },
}

export const mysqlKind: Kind<Backend> = {
  name: 'MySQL and MariaDB',
  missing: missing('mariadb'),
  start,
  secrets: ({ server }) => [server.password, application.password],
  check: databases,
  faults: { ...serverFaults, ...networkFaults, ...poolFaults, ...faults },
  drivers: [pool, connection],
}
