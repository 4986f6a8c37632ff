import { databases } from '@watchman/db'
import { pg } from '@watchman/db/pg'
import {
  type Client,
  type Driver,
  type Kind,
  type Networked,
  networkFaults,
  type Setup,
  serverFaults,
  startProxy,
} from '@watchman/faults'
import { type DatabaseServer, missing, startPostgres } from '@watchman/servers'
import postgres from 'pg'

interface Backend extends Networked {
  readonly server: DatabaseServer
  stop(): Promise<unknown>
}

const name = 'probed'

async function start(): Promise<Backend> {
  const server = await startPostgres()
  const proxy = await startProxy(server)
  return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]) }
}

/** Asks as the administrator. */
async function administer(server: DatabaseServer, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new postgres.Client(server.url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** How many connections of ours the server holds. */
async function connections(server: DatabaseServer): Promise<number> {
  const rows = await administer(server, `SELECT 1 FROM pg_stat_activity WHERE application_name = '${name}'`)
  return rows.length
}

const settings = ({ server }: Backend, { address = server, tls = false }: Setup = {}) => ({
  host: address.host,
  port: address.port,
  user: server.user,
  password: server.password,
  database: server.database,
  application_name: name,
  ssl: tls,
})

const pool: Driver<Backend> = {
  name: 'pg `Pool`',
  open(backend, setup): Client {
    const opened = new postgres.Pool({ ...settings(backend, setup), max: 3 })
    opened.on('error', () => {})
    return {
      probe: pg(opened),
      leftovers: async () => ({
        waiting: opened.waitingCount,
        busy: opened.totalCount - opened.idleCount,
        'connections the pool does not know': (await connections(backend.server)) - opened.totalCount,
      }),
      close: () => opened.end(),
    }
  },
  cells: {
    'the server is not started': /connect ECONNREFUSED 127\.0\.0\.1:\d+/,
    'held (SIGSTOP) for longer than the deadline': /timed out after 800 ms/,
    'slow, but faster than the deadline': 'ok',
  },
}

export const postgresKind: Kind<Backend> = {
  name: 'PostgreSQL',
  missing: missing('postgres'),
  start,
  secrets: ({ server }) => [server.password],
  check: databases,
  faults: { ...serverFaults, ...networkFaults },
  drivers: [pool],
}
