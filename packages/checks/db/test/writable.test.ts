import { connect, createServer } from 'node:net'
import { type DatabaseServer, missing, startMariadb, startMongodb, startPostgres } from '@watchman/servers'
import { listenLocally } from '@watchman/test-helpers'
import * as newestMongodb from 'mongodb'
import * as oldestMongodb from 'mongodb-oldest'
import { createPool } from 'mysql2/promise'
import { Client, Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mongodbProbe } from '../src/mongodb.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { postgresProbe } from '../src/postgres.ts'
import type { WritableOptions } from '../src/writable.ts'
import { failing, healthy, watch } from './watch.ts'

describe.skipIf(missing('postgres'))(`PostgreSQL with writable ${missing('postgres') ?? ''}`, () => {
  let server: DatabaseServer
  let pool: Pool
  let client: Client
  let sql: postgres.Sql

  beforeAll(async () => {
    server = await startPostgres({ settings: { wal_level: 'replica', hot_standby: 'on' } })
  })
  afterAll(() => server.stop())

  async function open() {
    pool = new Pool({ connectionString: server.url }).on('error', () => {})
    client = new Client(server.url).on('error', () => {})
    await client.connect()
    sql = postgres(server.url)
    return [
      watch(pgProbe(pool, { writable: true })),
      watch(pgProbe(client, { writable: true })),
      watch(postgresProbe(sql, { writable: true })),
    ]
  }
  const end = () => Promise.all([pool.end(), client.end(), sql.end()])

  test('is ok while it accepts writes, and fails where transactions are read-only', async () => {
    const asks = await open()
    for (const ask of asks) expect(await ask()).toBe(healthy)
    await pool.query('ALTER SYSTEM SET default_transaction_read_only = on')
    await pool.query('SELECT pg_reload_conf()')
    const answer = failing('the database is read-only: transaction_read_only is on')
    for (const ask of asks) await expect.poll(ask).toBe(answer)
    expect(await watch(pgProbe(pool))()).toBe(healthy)
    await end()
  })

  test('fails where the server is a standby', async () => {
    const primary = new Client(server.url)
    await primary.connect()
    const { rows } = await primary.query<{ readonly data_directory: string }>('SHOW data_directory')
    await primary.query(`COPY (SELECT '') TO '${rows[0]?.data_directory}/standby.signal'`)
    await primary.end()
    await server.restart()
    const asks = await open()
    const answer = failing('the database is read-only: the server is a standby in recovery')
    for (const ask of asks) expect(await ask()).toBe(answer)
    expect(await watch(pgProbe(pool))()).toBe(healthy)
    await end()
  })
})

describe.skipIf(missing('mariadb'))(`MariaDB with writable ${missing('mariadb') ?? ''}`, () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server.stop())

  test('is ok while it accepts writes, and fails with the settings that forbid them', async () => {
    const pool = createPool({ uri: server.url, connectionLimit: 1 })
    const ask = watch(mysql2Probe(pool, { writable: true }))
    expect(await ask()).toBe(healthy)
    await pool.query('SET SESSION TRANSACTION READ ONLY')
    expect(await ask()).toMatch(/"the database is read-only: (?:transaction|tx)_read_only is ON/)
    await pool.query('SET SESSION TRANSACTION READ WRITE')
    expect(await ask()).toBe(healthy)
    await pool.query('SET GLOBAL read_only = 1')
    expect(await ask()).toBe(failing('the database is read-only: read_only is ON'))
    expect(await watch(mysql2Probe(pool))()).toBe(healthy)
    await pool.query('SET GLOBAL read_only = 0')
    expect(await ask()).toBe(healthy)
    await pool.end()
  })
})

describe.skipIf(process.env.MONGODB_URL)('MongoDB with writable', () => {
  test.each([
    ['the newest mongodb', newestMongodb.MongoClient],
    ['mongodb 6.0.0', oldestMongodb.MongoClient],
  ])('is ok at a primary, and fails at any other server, of %s', async (_, Client) => {
    const server = await startMongodb()
    const secondary = await startSecondary(server.port)
    const [primary, other] = [
      new Client(server.url),
      new Client(`mongodb://127.0.0.1:${secondary.port}/?directConnection=true`),
    ]
    expect(await watch(probeOf(primary, { writable: true }))()).toBe(healthy)
    expect(await watch(probeOf(other, { writable: true }))()).toBe(
      failing('the database is read-only: the server is not a writable primary'),
    )
    expect(await watch(probeOf(other))()).toBe(healthy)
    await Promise.all([primary.close(), other.close()])
    secondary.close()
    await server.stop()
  })
})

/** Narrows the client to one of the two types, because `mongodb` does not accept their union. */
function probeOf(client: newestMongodb.MongoClient | oldestMongodb.MongoClient, options?: WritableOptions) {
  return client instanceof newestMongodb.MongoClient
    ? mongodbProbe(client, options)
    : mongodbProbe(client, options)
}

/** A proxy to a MongoDB at `port` that says it is not a writable primary. */
async function startSecondary(port: number) {
  const listener = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    client.pipe(upstream)
    upstream.on('data', (data) => {
      const key = data.indexOf('isWritablePrimary\0')
      if (key >= 0) data[key + 'isWritablePrimary\0'.length] = 0
      client.write(data)
    })
  })
  return { port: await listenLocally(listener), close: () => listener.close() }
}

describe('writable', () => {
  test.each([
    ['pgProbe', (options: object) => pgProbe(new Pool(), options)],
    ['postgresProbe', (options: object) => postgresProbe(postgres(), options)],
    ['mysql2Probe', (options: object) => mysql2Probe(createPool({}), options)],
    ['mongodbProbe', (options: object) => mongodbProbe(() => undefined, options)],
  ])('of %s must be true or false', (name, create) => {
    expect(() => create({ writable: 'yes' })).toThrow(
      `option writable of ${name} must be true or false, not a string`,
    )
  })
})
