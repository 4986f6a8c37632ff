import { type DatabaseServer, missing, startPgbouncer, startPostgres } from '@watchman/servers'
import { Client, Pool } from 'pg'
import postgres from 'postgres-oldest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pgProbe } from '../src/pg.ts'
import { postgresProbe } from '../src/postgres.ts'
import { degraded, failing, healthy, watch } from './watch.ts'

const absent = missing('postgres') ?? missing('pgbouncer')

describe.skipIf(absent)(`behind PgBouncer ${absent ?? ''}`, () => {
  let server: DatabaseServer
  let bouncer: DatabaseServer
  beforeAll(async () => {
    server = await startPostgres()
    const settings = { pool_mode: 'transaction', default_pool_size: '1', query_wait_timeout: '1' }
    bouncer = await startPgbouncer({ server, settings })
  })
  afterAll(async () => {
    await bouncer.stop()
    await server.stop()
  })

  // The newest postgres drops what PgBouncer says, and reports CONNECTION_CLOSED.
  test('a target is degraded while PgBouncer has no free connection to the server, and fails with busy: failing', async () => {
    const pools = [1, 2, 3].map(() => new Pool({ connectionString: bouncer.url }).on('error', () => {}))
    const [application, pool, strict] = pools
    const client = new Client(bouncer.url).on('error', () => {})
    await client.connect()
    const sql = postgres(bouncer.url, { max: 1 })
    if (!application || !pool || !strict) throw new Error('three pools')
    const asks = [watch(pgProbe(pool)), watch(pgProbe(client)), watch(postgresProbe(sql))]
    const askStrict = watch(pgProbe(strict, { busy: 'failing' }))
    for (const ask of [...asks, askStrict]) expect(await ask()).toBe(healthy)

    const transaction = await application.connect()
    await transaction.query('BEGIN')
    const error = 'PgBouncer has no free connection to the server: query_wait_timeout'
    expect(await Promise.all(asks.map((ask) => ask()))).toEqual([
      degraded(error),
      degraded(error),
      degraded(error),
    ])
    expect(await askStrict()).toBe(failing(error))
    await transaction.query('COMMIT')
    transaction.release()

    const [askPool, , askSql] = asks
    expect(await askPool?.()).toBe(healthy)
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
    await expect.poll(() => askSql?.()).toBe(healthy)
    await Promise.all([...pools.map((each) => each.end()), sql.end(), client.end()])
  })
})
