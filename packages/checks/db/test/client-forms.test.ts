import { promisify } from 'node:util'
import { missing, type Server, startMariadb, startMongodb, startPostgres } from '@watchman/servers'
import { MongoClient } from 'mongodb'
import { MongoClient as OldestMongoClient } from 'mongodb-oldest'
import mongoose from 'mongoose'
import mysql, { createPool } from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import { Client, Pool } from 'pg'
import OldestPool from 'pg-pool-oldest'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { mongodbProbe } from '../src/mongodb.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { postgresProbe } from '../src/postgres.ts'
import { failing, healthy, watch } from './watch.ts'

/** What a driver accepts beside the plain client. */
function describeForms(start: () => Promise<Server>, test: (url: () => string) => void): void {
  let server: Server
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())
  test(() => server.url)
}

const noClient = (driver: string) =>
  failing(`there is no client yet: the function that ${driver} calls returned undefined`)

describe.skipIf(missing('postgres'))(`pg ${missing('postgres') ?? ''}`, () => {
  describeForms(startPostgres, (url) => {
    test('a function that returns the client is called at each run', async () => {
      let client: Pool | Client | undefined
      const probe = pgProbe(() => client)
      const ask = watch(probe)
      expect(await ask()).toBe(noClient('pgProbe'))
      expect(probe.setupWarning?.()).toBeUndefined()
      const pool = new Pool({ connectionString: url() })
      client = pool
      expect(await ask()).toBe(healthy)
      expect(probe.setupWarning?.()).toMatch("the pool has no 'error' listener")
      expect(probe.secrets?.()).toContain('postgres-secret')
      await pool.end()
      expect(await ask()).toMatch('Cannot use a pool after calling end')
      const next = new Client(url())
      await next.connect()
      client = next
      expect(await ask()).toBe(healthy)
      await next.end()
    })

    test('a function that throws, or returns what is not a client, fails the run', async () => {
      const ask = watch(
        pgProbe(() => {
          throw new Error('the module is not ready')
        }),
      )
      expect(await ask()).toBe(failing('the module is not ready'))
      const other = watch(Reflect.apply(pgProbe, undefined, [async () => new Pool()]))
      expect(await other()).toMatch('pgProbe(…) expects a Pool or Client of the pg package, not a Promise')
    })

    test('a pool that is wrapped in a Proxy, or of two versions at once, works and is given back', async () => {
      const pools = [
        new Pool({ connectionString: url(), max: 1 }),
        new OldestPool({ connectionString: url(), max: 1, Client }),
      ]
      for (const pool of pools) {
        const ask = watch(pgProbe(new Proxy(pool, {})))
        for (const _ of [1, 2]) expect(await ask()).toBe(healthy)
        expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 1, 0])
        await pool.end()
      }
    })

    test('a frozen client works', async () => {
      const client = new Client(url())
      await client.connect()
      expect(await watch(pgProbe(new Proxy(client, {})))()).toBe(healthy)
      const probe = pgProbe(Object.freeze({ ...optionsOf(client) }))
      expect(await watch(probe)()).toBe(healthy)
      await client.end()
    })
  })
})

/** A frozen façade of a client, as a container of dependencies hands out. */
function optionsOf(client: Client) {
  return {
    query: (text: string) => client.query(text),
    getTypeParser: client.getTypeParser,
    on: client.on.bind(client),
    removeListener: client.removeListener.bind(client),
  }
}

describe.skipIf(missing('postgres'))(`postgres ${missing('postgres') ?? ''}`, () => {
  describeForms(startPostgres, (url) => {
    test('a function that returns the client is called at each run', async () => {
      let sql: postgres.Sql | undefined
      const ask = watch(postgresProbe(() => sql))
      expect(await ask()).toBe(noClient('postgresProbe'))
      sql = postgres(url())
      expect(await ask()).toBe(healthy)
      await sql.end()
      expect(await ask()).toMatch('the client has ended')
      sql = postgres(url())
      expect(await ask()).toBe(healthy)
      await sql.end()
    })
  })
})

describe.skipIf(missing('mariadb'))(`mysql2 ${missing('mariadb') ?? ''}`, () => {
  describeForms(startMariadb, (url) => {
    test('a function that returns the client is called at each run, and the pool keeps one request', async () => {
      let pool: mysql.Pool | undefined
      const probe = mysql2Probe(() => pool?.promise())
      const [ask, askBriefly] = [watch(probe), watch(probe, 100)]
      expect(await ask()).toBe(noClient('mysql2Probe'))
      pool = createPool({ uri: url(), connectionLimit: 1 })
      expect(await ask()).toBe(healthy)
      const taken = await pool.promise().getConnection()
      const getConnection = vi.spyOn(pool, 'getConnection')
      for (const _ of [1, 2, 3]) expect(await askBriefly()).toMatch('1 of 1 in use')
      expect(getConnection).toHaveBeenCalledTimes(1)
      taken.release()
      expect(await ask()).toBe(healthy)
      await pool.promise().end()
    })

    test('a pool that is wrapped in a Proxy works', async () => {
      const pool = mysqlPromise.createPool(url())
      expect(await watch(mysql2Probe(new Proxy(pool, {})))()).toBe(healthy)
      await pool.end()
    })

    test('a PoolCluster is refused with an expression that works', async () => {
      const cluster = mysql.createPoolCluster()
      cluster.add('one', { uri: url() })
      const promised = mysqlPromise.createPoolCluster()
      promised.add('one', { uri: url() })
      const refused =
        '[watchman] mysql2Probe(…) expects a Pool or Connection of the mysql2 package, not a PoolCluster: for that, write '
      expect(() => Reflect.apply(mysql2Probe, undefined, [cluster])).toThrow(
        `${refused}databases({ default: () => promisify(cluster.of('*').query).call(cluster.of('*'), { sql: 'SELECT 1' }) })`,
      )
      expect(() => Reflect.apply(mysql2Probe, undefined, [promised])).toThrow(
        `${refused}databases({ default: () => cluster.of('*').query('SELECT 1') })`,
      )
      const query = () => promisify(cluster.of('*').query).call(cluster.of('*'), { sql: 'SELECT 1' })
      expect(await watch(query)()).toBe(healthy)
      expect(await watch(() => promised.of('*').query('SELECT 1'))()).toBe(healthy)
      await promisify(cluster.end.bind(cluster))()
      await promised.end()
    })
  })
})

describe('mongodb', () => {
  describeForms(startMongodb, (url) => {
    test('a connection of Mongoose works, and fails until it connects', async () => {
      const connection = mongoose.createConnection()
      const ask = watch(mongodbProbe(connection))
      expect(await ask()).toBe(noClient('mongodbProbe'))
      await connection.openUri(url())
      expect(await ask()).toBe(healthy)
      expect(await watch(mongodbProbe(() => connection.getClient()))()).toBe(healthy)
      await connection.close()
      expect(await ask()).toMatch(/^500 /)
      await connection.openUri(url())
      expect(await ask()).toBe(healthy)
      await connection.close()
    })

    test('Mongoose itself is refused with what to pass', () => {
      expect(() => Reflect.apply(mongodbProbe, undefined, [mongoose])).toThrow(
        '[watchman] mongodbProbe(…) expects a connection of Mongoose, not Mongoose: pass mongoose.connection',
      )
    })

    test('clients of two versions at once, and wrapped in a Proxy, work', async () => {
      const client = new MongoClient(url())
      const oldest = new OldestMongoClient(url())
      const probes = [
        mongodbProbe(new Proxy(client, {})),
        mongodbProbe(oldest),
        mongodbProbe(() => client.db('app')),
      ]
      for (const probe of probes) expect(await watch(probe)()).toBe(healthy)
      await client.close()
      await oldest.close()
    })
  })
})
