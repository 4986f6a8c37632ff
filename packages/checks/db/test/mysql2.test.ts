import { type DatabaseServer, missing, startMariadb } from '@watchman/servers'
import newest from 'mysql2'
import newestPromise, { type RowDataPacket } from 'mysql2/promise'
import oldest from 'mysql2-oldest'
import oldestPromise from 'mysql2-oldest/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { mysql2Probe } from '../src/mysql2.ts'
import { describePool, type OpenPool } from './describe-pool.ts'
import { queueLength } from './queue-length.ts'
import { failing, healthy, watch } from './watch.ts'

interface Settings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly connectionLimit: number
  readonly waitForConnections: boolean
  readonly busy: 'degraded' | 'failing' | undefined
}

type Pool = newest.Pool | oldest.Pool | newestPromise.Pool | oldestPromise.Pool

/** The pool of the promise API, and the lengths of its queues. */
function describeQueues(
  pool: Pool,
  promised: newestPromise.Pool | oldestPromise.Pool,
  busy: Settings['busy'],
): OpenPool {
  const lengthOf = (queue: string) => queueLength(promised.pool, queue)
  return {
    probe: mysql2Probe(pool, { busy }),
    take: async () => {
      const connection = await promised.getConnection()
      return {
        release: () => connection.release(),
        // The promise API returns a new wrapper each time: the listeners are those of the wrapped connection.
        listenerCount: (event) => connection.connection.listenerCount(event),
      }
    },
    size: () => lengthOf('_allConnections'),
    idle: () => lengthOf('_freeConnections'),
    waiting: () => lengthOf('_connectionQueue'),
    end: () => promised.end(),
  }
}

/** How many SELECTs the server has answered. */
async function statements(server: DatabaseServer): Promise<unknown> {
  const connection = await newestPromise.createConnection(server.url)
  const [rows] = await connection.query<RowDataPacket[]>(`SHOW GLOBAL STATUS LIKE 'Com_select'`)
  await connection.end()
  return rows[0]?.Value
}

const subjects: readonly [string, (settings: Settings) => OpenPool, (url: string) => Promise<Opened>][] = [
  [
    'the newest mysql2',
    ({ busy, ...settings }) => {
      const pool = newest.createPool(settings)
      return describeQueues(pool, pool.promise(), busy)
    },
    async (url) => {
      const connection = newest.createConnection(url)
      return { connection, probe: mysql2Probe(connection), end: () => connection.promise().end() }
    },
  ],
  [
    'the newest mysql2/promise',
    ({ busy, ...settings }) => {
      const pool = newestPromise.createPool(settings)
      return describeQueues(pool, pool, busy)
    },
    async (url) => {
      const connection = await newestPromise.createConnection(url)
      return { connection, probe: mysql2Probe(connection), end: () => connection.end() }
    },
  ],
  [
    'mysql2 3.0.1',
    ({ busy, ...settings }) => {
      const pool = oldest.createPool(settings)
      return describeQueues(pool, pool.promise(), busy)
    },
    async (url) => {
      const connection = oldest.createConnection(url)
      return { connection, probe: mysql2Probe(connection), end: () => connection.promise().end() }
    },
  ],
  [
    'mysql2/promise 3.0.1',
    ({ busy, ...settings }) => {
      const pool = oldestPromise.createPool(settings)
      return describeQueues(pool, pool, busy)
    },
    async (url) => {
      const connection = await oldestPromise.createConnection(url)
      return { connection, probe: mysql2Probe(connection), end: () => connection.end() }
    },
  ],
]

interface Opened {
  readonly connection: { query(sql: string): unknown; listenerCount(event: string): number }
  readonly probe: ReturnType<typeof mysql2Probe>
  end(): Promise<void>
}

describe.skipIf(missing('mariadb'))(`mysql2 ${missing('mariadb') ?? ''}`, () => {
  describe.each(subjects)('of %s', (_, open, connect) => {
    describePool<DatabaseServer>({
      start: startMariadb,
      open({ host, port, user, password, database }, options = {}) {
        const settings = { host, port, user, password, database, connectionLimit: 2 }
        const { password: other = password, poolTimeout, busy } = options
        return open({ ...settings, password: other, waitForConnections: poolTimeout === undefined, busy })
      },
      statements,
      broken: /Connection lost: The server closed the connection|ECONNRESET/,
      refused: /connect ECONNREFUSED 127\.0\.0\.1/,
      denied: /Access denied for user/,
    })

    describe('a connection', () => {
      let server: DatabaseServer
      beforeAll(async () => {
        server = await startMariadb()
      })
      afterAll(() => server.stop())

      test('is sent a query each time and keeps no listener', async () => {
        const { connection, probe, end } = await connect(server.url)
        const ask = watch(probe)
        const before = Number(await statements(server))
        const listeners = connection.listenerCount('error')
        expect(await ask()).toBe(healthy)
        expect(await ask()).toBe(healthy)
        expect(Number(await statements(server))).toBe(before + 2)
        expect(connection.listenerCount('error')).toBe(listeners)
        await end()
        expect(await ask()).toMatch(/"error":".*closed/)
      })

      test('is sent one query while the server hangs, and recovers', async () => {
        const { connection, probe, end } = await connect(server.url)
        const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
        expect(await askPatiently()).toBe(healthy)
        const query = vi.spyOn(connection, 'query')
        server.pause()
        for (const _ of [1, 2, 3]) expect(await ask()).toBe(failing('timed out after 200 ms'))
        expect(query).toHaveBeenCalledTimes(1)
        server.resume()
        await expect.poll(askPatiently).toBe(healthy)
        await end()
      })

      test('fails when the connection breaks, and does not crash the process', async () => {
        const { probe } = await connect(server.url)
        const ask = watch(probe)
        expect(await ask()).toBe(healthy)
        server.pause()
        const answer = ask()
        await server.kill()
        expect(await answer).toMatch(/Connection lost: The server closed the connection|ECONNRESET/)
        expect(await ask()).toMatch('closed state')
        await server.restart()
      })
    })
  })

  test('accepts a connection that the application has taken out of a pool', async () => {
    const server = await startMariadb()
    const pool = newestPromise.createPool({ uri: server.url, connectionLimit: 1 })
    const connection = await pool.getConnection()
    expect(await watch(mysql2Probe(connection))()).toBe(healthy)
    connection.release()
    await pool.end()
    await server.stop()
  })
})

describe('mysql2', () => {
  test('refuses options that cannot work', () => {
    const pool = newest.createPool({})
    expect(() => Reflect.apply(mysql2Probe, undefined, [pool, { busy: 'ok' }])).toThrow(
      "option busy of mysql2Probe must be 'degraded' or 'failing', not a string",
    )
    expect(() => Reflect.apply(mysql2Probe, undefined, [pool, { timeout: 1 }])).toThrow(
      'mysql2Probe has no option "timeout": its options are busy, writable',
    )
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a string', 'mysql://user:secret@db.example'],
    ['an Object', { query() {}, getConnection() {} }],
    ['a BoundPool', new pg.Pool()],
  ])('refuses %s', (type, client) => {
    expect(() => Reflect.apply(mysql2Probe, undefined, [client])).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] mysql2Probe(…) expects a Pool or Connection of the mysql2 package, not ${type}`,
      }),
    )
  })
})
