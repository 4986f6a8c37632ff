import type { Probe } from '@watchman/core'
import { degraded, memberOf } from '@watchman/core/driver'
import { type DatabaseServer, missing, startPostgres } from '@watchman/servers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import knex from 'knex'
import { Pool } from 'pg'
import postgres from 'postgres'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { healthy, watch } from './watch.ts'

const TIMEOUT = 300

interface Opened {
  readonly probe: Probe
  readonly end: () => Promise<unknown>
}

/** Clients without a driver of their own, and pools that are queried without one. */
const CLIENTS: readonly [string, (url: string) => Opened | Promise<Opened>][] = [
  [
    'knex.raw',
    (connection) => {
      const database = knex({ client: 'pg', connection, pool: { min: 0, max: 3 } })
      return { probe: () => database.raw('SELECT 1'), end: () => database.destroy() }
    },
  ],
  [
    'sequelize.authenticate',
    (url) => {
      const sequelize = new Sequelize(url, { logging: false, pool: { max: 3 } })
      return { probe: () => sequelize.authenticate(), end: () => sequelize.close() }
    },
  ],
  [
    'dataSource.query of TypeORM',
    async (url) => {
      const source = await new DataSource({ type: 'postgres', url, poolSize: 3 }).initialize()
      return { probe: () => source.query('SELECT 1'), end: () => source.destroy() }
    },
  ],
  [
    'pool.query of pg',
    (connectionString) => {
      const pool = new Pool({ connectionString, max: 3 }).on('error', () => {})
      return { probe: () => pool.query('SELECT 1'), end: () => pool.end() }
    },
  ],
  [
    'a query of postgres',
    (url) => {
      const sql = postgres(url, { max: 3 })
      return { probe: () => sql`SELECT 1`, end: () => sql.end({ timeout: 0 }) }
    },
  ],
]

describe.skipIf(missing('postgres'))(`a plain function ${missing('postgres') ?? ''}`, () => {
  let server: DatabaseServer
  let proxy: FaultProxy
  const url = () => server.url.replace(`:${server.port}`, `:${proxy.port}`)

  beforeAll(async () => {
    server = await startPostgres()
  })
  beforeEach(async () => {
    proxy = await startFaultProxy(server)
  })
  afterEach(() => proxy.close())
  afterAll(() => server.stop())

  test.each(CLIENTS)('%s is ok again three timeouts after its connection became silent', async (_, open) => {
    const { probe, end } = await open(url())
    const ask = watch(probe, TIMEOUT)
    await expect.poll(ask).toBe(healthy)
    proxy.blackHole()
    expect(await ask()).toMatch(/^500 .*timed out after 300 ms/)
    await expect.poll(ask, { timeout: 20 * TIMEOUT }).toBe(healthy)
    expect(await ask()).toBe(healthy)
    proxy.reset()
    await end()
  })

  test('of Knex is degraded while transactions use all its connections, and fails when none gets an answer', async () => {
    const database = knex({
      client: 'pg',
      connection: url(),
      pool: { min: 0, max: 1 },
      acquireConnectionTimeout: 200, // less than the timeout of the target
      log: { debug() {}, error() {} },
    })
    let answers = 0
    database.on('query-response', () => {
      answers += 1
    })
    const probe = () =>
      database.raw('SELECT 1').catch((error: unknown) => {
        const isBusy = memberOf(error, 'name') === 'KnexTimeoutError'
        throw isBusy ? degraded('all connections are in use', { progress: answers }) : error
      })
    const ask = watch(probe, TIMEOUT)
    expect(await ask()).toBe(healthy)
    const transaction = await database.transaction()
    for (const _ of [1, 2, 3, 4, 5, 6]) {
      const answer = ask()
      await transaction.raw('SELECT 2')
      expect(await answer).toMatch(/^200 .*all connections are in use/)
    }
    await expect.poll(ask).toMatch(/^500 .*all connections are in use/)
    await transaction.commit()
    expect(await ask()).toBe(healthy)
    await database.destroy()
  })
})
