import { createWatchman, type Probe } from '@watchman/core'
import { missing, type Server, startMariadb, startMongodb, startPostgres } from '@watchman/servers'
import { MongoClient } from 'mongodb'
import { createConnection, createPool } from 'mysql2/promise'
import { Client, Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databases } from '../src/index.ts'
import { mongodbProbe } from '../src/mongodb.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { postgresProbe } from '../src/postgres.ts'

/** The error that is reported for the target `orders`, beside a target that is ok. */
async function errorOf(probe: Probe): Promise<string | undefined> {
  const watchman = createWatchman({
    checks: [databases({ orders: probe, other: () => {} }, { timeout: 2000 })],
  })
  const { body, results } = await watchman.report()
  const [orders, other] = results
  expect(other).toMatchObject({ id: 'databases.other', state: 'ok' })
  expect(orders).toMatchObject({ id: 'databases.orders', state: 'failing' })
  expect(body).toEqual({
    databases: [{ orders: { ok: false, error: orders?.error } }, { other: { ok: true } }],
  })
  return orders?.error
}

interface Subject {
  readonly name: string
  readonly expected: RegExp
  /** Opens a client of `url` and brings it into the state that `name` describes. */
  readonly open: (url: string) => Promise<Probe>
}

const OF_PG: readonly Subject[] = [
  {
    name: 'a pool that has ended',
    expected: /^Cannot use a pool after calling end on the pool$/,
    async open(url) {
      const pool = new Pool({ connectionString: url })
      await pool.query('SELECT 1')
      await pool.end()
      return pgProbe(pool)
    },
  },
  {
    name: 'a client that was never connected',
    expected: /^the client was never connected: call connect\(\)$/,
    open: async (url) => pgProbe(new Client(url)),
  },
  {
    name: 'a client that has ended',
    expected: /^the connection is closed, and only the application can open a new one: Client was closed/,
    async open(url) {
      const client = new Client(url)
      await client.connect()
      await client.end()
      return pgProbe(client)
    },
  },
]
const OF_POSTGRES: readonly Subject[] = [
  {
    name: 'a client that has ended',
    expected: /^the client has ended, and only the application can create a new one: write CONNECTION_ENDED/,
    async open(url) {
      const sql = postgres(url)
      await sql`SELECT 1`
      await sql.end()
      return postgresProbe(sql)
    },
  },
]
const OF_MYSQL: readonly Subject[] = [
  {
    name: 'a pool that has ended',
    expected: /^Pool is closed\.$/,
    async open(url) {
      const pool = createPool(url)
      await pool.query('SELECT 1')
      await pool.end()
      return mysql2Probe(pool)
    },
  },
  {
    name: 'a connection that has ended',
    expected: /^the connection is closed, and only the application can open a new one: /,
    async open(url) {
      const connection = await createConnection(url)
      await connection.end()
      return mysql2Probe(connection)
    },
  },
]
const OF_MONGODB: readonly Subject[] = [
  {
    name: 'a client that was closed',
    expected: /^Client must be connected before running operations$/,
    async open(url) {
      const client = new MongoClient(url)
      await client.connect()
      await client.close()
      return mongodbProbe(client)
    },
  },
]

describe.each([
  ['pg', missing('postgres'), startPostgres, OF_PG],
  ['postgres', missing('postgres'), startPostgres, OF_POSTGRES],
  ['mysql2', missing('mariadb'), startMariadb, OF_MYSQL],
  ['mongodb', undefined, startMongodb, OF_MONGODB],
] as const)('%s', (_, absent, start, subjects) => {
  describe.skipIf(absent)(`reports ${absent ?? ''}`, () => {
    let server: Server
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    test.each(subjects)('$name', async ({ expected, open }) => {
      expect(await errorOf(await open(server.url))).toMatch(expected)
    })
  })
})
