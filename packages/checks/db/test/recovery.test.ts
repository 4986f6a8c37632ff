import { setTimeout as sleep } from 'node:timers/promises'
import type { Probe } from '@watchman/core'
import { type DatabaseServer, missing, startMariadb, startPostgres } from '@watchman/servers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import newestMysql from 'mysql2/promise'
import oldestMysql from 'mysql2-oldest/promise'
import newest from 'pg'
import oldest from 'pg-oldest'
import OldestPool from 'pg-pool-oldest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Mysql2Pool, type Mysql2PoolConnection, mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { queueLength } from './queue-length.ts'
import { degraded, failing, healthy, watch } from './watch.ts'

const TIMEOUT = 300

/** A pool of at most three connections, and what an application does with it. */
interface Subject {
  readonly probe: Probe
  /** Replaces the function that takes a connection by one that waits before it and queries after it. */
  readonly wrap: (before: () => Promise<unknown>, sql?: string) => void
  readonly take: () => Promise<Taken>
  /** The number of connections, of those that nobody uses, and of requests that wait. */
  readonly counts: () => readonly [size: number, idle: number, waiting: number]
  readonly end: () => Promise<unknown>
}

interface Taken {
  readonly query: (sql: string) => Promise<unknown>
  readonly release: () => void
  readonly destroy: () => void
}

interface Settings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly connectionLimit: number
}

type Open = (server: DatabaseServer, port: number) => Subject

const openPg =
  (Pool: typeof newest.Pool, Client: typeof newest.Client): Open =>
  ({ host, user, password, database }, port) => {
    const pool = new Pool({ host, port, user, password, database, max: 3, Client })
    pool.on('error', () => {})
    const connect: () => Promise<newest.PoolClient> = pool.connect.bind(pool)
    return {
      probe: pgProbe(pool),
      wrap(before, sql) {
        const wrapped = async () => {
          await before()
          const client = await connect()
          if (sql) await client.query(sql)
          return client
        }
        Object.assign(pool, { connect: wrapped })
      },
      async take() {
        const client = (await connect()).on('error', () => {})
        return {
          query: (sql) => client.query(sql),
          release: () => client.release(),
          destroy: () => client.release(true),
        }
      },
      counts: () => [pool.totalCount, pool.idleCount, pool.waitingCount],
      end: () => pool.end(),
    }
  }

const openMysql =
  (createPool: (settings: Settings) => Mysql2Pool & { end(): Promise<void> }): Open =>
  ({ host, user, password, database }, port) => {
    const pool = createPool({ host, port, user, password, database, connectionLimit: 3 })
    const connect: () => Promise<Mysql2PoolConnection> = pool.getConnection.bind(pool)
    const lengthOf = (queue: string) => queueLength(pool.pool, queue)
    return {
      probe: mysql2Probe(pool),
      wrap(before, sql) {
        const wrapped = async () => {
          await before()
          const connection = await connect()
          if (sql) await connection.query(sql)
          return connection
        }
        Object.assign(pool, { getConnection: wrapped })
      },
      async take() {
        const connection = await connect()
        return {
          query: (sql) => connection.query(sql),
          release: () => connection.release(),
          destroy: () => connection.destroy(),
        }
      },
      counts: () => [lengthOf('_allConnections'), lengthOf('_freeConnections'), lengthOf('_connectionQueue')],
      end: () => pool.end(),
    }
  }

const noWait = async () => {}

describe.each([
  ['the newest pg', missing('postgres'), startPostgres, openPg(newest.Pool, newest.Client)],
  ['pg 8.0.3', missing('postgres'), startPostgres, openPg(oldest.Pool, oldest.Client)],
  ['pg 8.0.3 with pg-pool 3.1.1', missing('postgres'), startPostgres, openPg(OldestPool, oldest.Client)],
  [
    'the newest mysql2',
    missing('mariadb'),
    startMariadb,
    openMysql((settings) => newestMysql.createPool(settings)),
  ],
  [
    'mysql2 3.0.1',
    missing('mariadb'),
    startMariadb,
    openMysql((settings) => oldestMysql.createPool(settings)),
  ],
] as const)('a pool of %s behind a silent network', (_, absent, start, open) => {
  describe.skipIf(absent)(`recovers within three timeouts ${absent ?? ''}`, () => {
    let server: DatabaseServer
    let proxy: FaultProxy
    let pool: Subject
    let ask: () => Promise<string>

    beforeAll(async () => {
      server = await start()
    })
    beforeEach(async () => {
      proxy = await startFaultProxy(server)
      pool = open(server, proxy.port)
      ask = watch(pool.probe, TIMEOUT)
    })
    afterEach(async () => {
      await proxy.close()
      await pool.end()
    })
    afterAll(() => server.stop())

    /** Silences the network, also for connections that are made from now on. */
    async function silence(): Promise<void> {
      await proxy.hang()
      proxy.blackHole()
    }

    /** Lets new connections work; those that were made before stay silent. */
    async function restore(): Promise<void> {
      proxy.blackHole()
      await proxy.pass()
    }

    async function expectRecovery(): Promise<void> {
      const answers: string[] = []
      while (answers.at(-1) !== healthy && answers.length < 4) answers.push(await ask())
      expect(answers.at(-1)).toBe(healthy)
    }

    test.each([1, 3])('after %d runs, where an async function wraps the pool', async (runs) => {
      pool.wrap(() => sleep(20))
      await silence()
      for (let run = 0; run < runs; run++)
        expect(await ask()).toMatch(/^500 .*(no connection|closed|terminated)/)
      await restore()
      await expectRecovery()
      await expect.poll(pool.counts).toEqual([1, 1, 0])
    })

    test('where a wrapper of the pool queries each connection first', async () => {
      pool.wrap(noWait, 'SELECT 2')
      expect(await ask()).toBe(healthy)
      proxy.blackHole()
      expect(await ask()).toMatch(/^500/) // the connection that was idle
      await proxy.hang()
      expect(await ask()).toMatch(/^500/)
      await restore()
      await expectRecovery()
      await expect.poll(pool.counts).toEqual([1, 1, 0])
    })

    test('where something that wraps the pool never settled', async () => {
      let count = 0
      pool.wrap(() => (count++ === 0 ? new Promise(() => {}) : noWait()))
      const message = failing(`no connection to the server yet: timed out after ${TIMEOUT} ms`)
      expect(await ask()).toBe(message)
      expect(await ask()).toBe(healthy)
      expect(pool.counts()).toEqual([1, 1, 0])
    })

    test.each(['idle', 'busy'])('where the application destroys a connection that is %s', async (state) => {
      const taken = [await pool.take(), await pool.take(), await pool.take()]
      await silence()
      expect(await ask()).toBe(
        degraded(`pool has no free connection (3 of 3 in use): timed out after ${TIMEOUT} ms`),
      )
      const [first, ...others] = taken
      const answer = state === 'busy' ? first?.query('SELECT 3').catch(() => {}) : undefined
      first?.destroy()
      await sleep(20)
      expect(await ask()).toMatch(/^500/)
      await restore()
      await expectRecovery()
      await expect.poll(pool.counts).toEqual([3, 1, 0])
      for (const { destroy } of others) destroy()
      void answer
    })

    test('and closes no connection but its own', async () => {
      const taken = await pool.take()
      await proxy.hang()
      const [before, after] = [pool.take(), watch(pool.probe, TIMEOUT)()]
      expect(await after).toBe(failing(`no connection to the server yet: timed out after ${TIMEOUT} ms`))
      await expect.poll(() => pool.counts()[0]).toBe(2)
      await proxy.pass()
      for (const { release } of [taken, await before]) release()
      expect(pool.counts()).toEqual([2, 2, 0])
    })

    test('and fails while nothing is received over connections that are all in use', async () => {
      const taken = [await pool.take(), await pool.take(), await pool.take()]
      await silence()
      const busy = degraded(`pool has no free connection (3 of 3 in use): timed out after ${TIMEOUT} ms`)
      for (const _ of [1, 2, 3]) expect(await ask()).toBe(busy)
      expect(await ask()).toBe(busy.replace('200', '500'))
      for (const { destroy } of taken) destroy()
      await restore()
      await expectRecovery()
    })

    test('and stays degraded while the application gets answers over connections that are all in use', async () => {
      const taken = [await pool.take(), await pool.take(), await pool.take()]
      for (const _ of [1, 2, 3, 4, 5, 6]) {
        const answer = ask()
        await taken[0]?.query('SELECT 4')
        expect(await answer).toMatch(/^200 .*3 of 3 in use/)
      }
      for (const { release } of taken) release()
      await expect.poll(pool.counts).toEqual([3, 3, 0])
    })
  })
})

test.skipIf(missing('postgres'))(
  'a request that waits in a queue which pg has forgotten is not waited for',
  async () => {
    const server = await startPostgres()
    const proxy = await startFaultProxy(server)
    const pool = openPg(newest.Pool, newest.Client)(server, proxy.port)
    const ask = watch(pool.probe, TIMEOUT)
    const [first, ...others] = [await pool.take(), await pool.take(), await pool.take()]
    proxy.blackHole()
    expect(await ask()).toMatch(/^200 .*3 of 3 in use/)
    first?.destroy() // pg waits for the end of the connection, which never comes
    expect(await ask()).toBe(failing(`no connection to the server yet: timed out after ${TIMEOUT} ms`))
    expect(await ask()).toBe(healthy)
    await expect.poll(pool.counts).toEqual([3, 1, 0])
    for (const { destroy } of others) destroy()
    await proxy.close()
    await pool.end()
    await server.stop()
  },
)
