import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
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
import { type DatabaseServer, missing, startPostgres } from '@watchman/servers'
import postgres from 'pg'

interface Backend extends Networked {
  readonly server: DatabaseServer
  stop(): Promise<unknown>
}

/** How many connections a pool has. */
const SIZE = 3

/** The account and the database of the application, whose administrator stays able to connect. */
const application = { user: 'prober', password: 'pr0ber-secret', database: 'app' }

async function start(): Promise<Backend> {
  const server = await startPostgres()
  await administer(server, `CREATE ROLE prober LOGIN PASSWORD '${application.password}'`)
  await administer(server, 'CREATE DATABASE app')
  const proxy = await startProxy(server)
  return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]) }
}

type Row = Readonly<Record<string, unknown>>

async function administer(server: DatabaseServer, sql: string): Promise<readonly Row[]> {
  const client = new postgres.Client(server.url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** How many connections of the application the server holds. */
async function connections(server: DatabaseServer): Promise<number> {
  const rows = await administer(server, `SELECT 1 FROM pg_stat_activity WHERE usename = 'prober'`)
  return rows.length
}

const settings = ({ server }: Backend, { address = server, tls = false }: Setup = {}) => ({
  ...{ host: address.host, port: address.port, ssl: tls },
  ...application,
})

const faults: Faults<Backend> = {
  'wrong password': {
    used: false,
    async bring({ backend: { server } }) {
      await administer(server, `ALTER ROLE prober PASSWORD 'another'`)
      return () => administer(server, `ALTER ROLE prober PASSWORD '${application.password}'`)
    },
  },
  'unknown database': {
    used: false,
    async bring({ backend: { server } }) {
      await administer(server, 'ALTER DATABASE app RENAME TO gone')
      return () => administer(server, 'ALTER DATABASE gone RENAME TO app')
    },
  },
  'the server takes no more connections': {
    used: false,
    async bring({ backend }) {
      const hogs: postgres.Client[] = []
      for (let refused = false; !refused; ) {
        const hog = new postgres.Client(settings(backend))
        hog.on('error', () => {})
        await hog.connect().then(
          () => hogs.push(hog),
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
      await administer(server, 'ALTER DATABASE app SET default_transaction_read_only = on')
      return () => administer(server, 'ALTER DATABASE app RESET default_transaction_read_only')
    },
  },
}

const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
const BROKEN = /Connection terminated unexpectedly|ECONNRESET/
const LATE = /^timed out after 800 ms$/
const NO_CONNECTION = /^no connection to the server yet: timed out after 800 ms$/
const CLOSED = /^the connection is closed, and only the application can open a new one/

const pool: Driver<Backend> = {
  name: 'pg `Pool`',
  open(backend, setup) {
    const opened = new postgres.Pool({ ...settings(backend, setup), max: SIZE })
    opened.on('error', () => {})
    const state = { lent: 0 }
    const busy = () => opened.totalCount - opened.idleCount - state.lent
    return {
      probe: pgProbe(opened),
      held: () => ({ busy: busy() }),
      leftovers: async () => ({
        waiting: opened.waitingCount,
        busy: busy(),
        'connections that the pool does not know': (await connections(backend.server)) - opened.totalCount,
      }),
      async exhaust() {
        const held = await Promise.all(Array.from({ length: SIZE }, () => opened.connect()))
        state.lent = SIZE
        return () => {
          state.lent = 0
          for (const client of held) client.release()
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
    'TLS is expected and not offered': { reads: /does not support SSL/, lasting: /does not support SSL/ },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': BROKEN,
    'answers garbage': LATE,
    'something else answers on the port': NO_CONNECTION,
    'accepts and says nothing': NO_CONNECTION,
    'accepts and closes at once': BROKEN,
    'every connection of the pool is in use': /^degraded: pool has no free connection \(3 of 3 in use\)/,
    'wrong password': /password authentication failed/,
    'unknown database': /database "app" does not exist/,
    'the server takes no more connections': /remaining connection slots are reserved|too many clients/,
    'read-only': 'ok',
  },
}

const client: Driver<Backend> = {
  name: 'pg `Client`',
  async open(backend, setup) {
    const opened = new postgres.Client(settings(backend, setup))
    const state = { connected: true }
    opened.on('error', () => {})
    opened.on('end', () => {
      state.connected = false
    })
    await opened.connect()
    return {
      probe: pgProbe(opened),
      leftovers: async () => ({
        connections: (await connections(backend.server)) - (state.connected ? 1 : 0),
        listeners: state.connected ? opened.listenerCount('error') - 1 : 0,
      }),
      close: () => opened.end(),
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

export const postgresKind: Kind<Backend> = {
  name: 'PostgreSQL',
  missing: missing('postgres'),
  start,
  secrets: ({ server }) => [server.password, application.password],
  check: databases,
  faults: { ...serverFaults, ...networkFaults, ...poolFaults, ...faults },
  drivers: [pool, client],
}
