import { type DatabaseServer, missing, startPostgres } from '@watchman/servers'
import { createPool } from 'mysql2/promise'
import newest from 'pg'
import oldest from 'pg-oldest'
import OldestPool from 'pg-pool-oldest'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { pgProbe } from '../src/pg.ts'
import { describePool } from './describe-pool.ts'
import { failing, healthy, watch } from './watch.ts'

const name = 'probed'

async function value(server: DatabaseServer, text: string): Promise<unknown> {
  const client = new newest.Client(server.url)
  await client.connect()
  const { rows } = await client.query<{ readonly value: unknown }>(text)
  await client.end()
  return rows[0]?.value
}

/** The latest statement of the client under test and its time, as the server reports them. */
function statements(server: DatabaseServer): Promise<unknown> {
  return value(
    server,
    `SELECT query || ' ' || query_start AS value FROM pg_stat_activity WHERE application_name = '${name}'`,
  )
}

describe.skipIf(missing('postgres'))(`pg ${missing('postgres') ?? ''}`, () => {
  describe.each([
    ['the newest pg', newest.Pool, newest.Client],
    ['pg 8.0.3', oldest.Pool, oldest.Client],
    ['pg 8.0.3 with pg-pool 3.1.1', OldestPool, oldest.Client],
  ])('of %s', (_, Pool, Client) => {
    describePool<DatabaseServer>({
      start: startPostgres,
      open({ host, port, user, password, database }, options = {}) {
        const { poolTimeout, busy } = options
        const pool = new Pool({
          ...{ host, port, user, password, database, application_name: name, max: 2, Client },
          ...{ ...options, ...(poolTimeout && { connectionTimeoutMillis: poolTimeout }) },
        })
        pool.on('error', () => {})
        return {
          probe: pgProbe(pool, { busy }),
          async take() {
            const client = await pool.connect()
            return { release: () => client.release(), listenerCount: (event) => client.listenerCount(event) }
          },
          size: () => pool.totalCount,
          idle: () => pool.idleCount,
          waiting: () => pool.waitingCount,
          end: () => pool.end(),
        }
      },
      statements,
      broken: /Connection terminated unexpectedly|ECONNRESET/,
      refused: /connect ECONNREFUSED 127\.0\.0\.1/,
      denied: /password authentication failed for user/,
    })

    describe('a client', () => {
      let server: DatabaseServer
      const connect = async () => {
        const client = new Client({ connectionString: server.url, application_name: name })
        await client.connect()
        return client
      }
      beforeAll(async () => {
        server = await startPostgres()
      })
      afterAll(() => server.stop())

      test('is sent SELECT 1 each time and keeps no listener', async () => {
        const client = await connect()
        const ask = watch(pgProbe(client))
        expect(await ask()).toBe(healthy)
        const first = await statements(server)
        expect(first).toMatch(/^SELECT 1 /)
        expect(await ask()).toBe(healthy)
        expect(await statements(server)).not.toBe(first)
        expect(client.listenerCount('error')).toBe(0)
        await client.end()
        expect(await ask()).toMatch(/"error":".*(closed|not queryable)/)
      })

      test('is sent one query while the server hangs, and recovers', async () => {
        const client = await connect()
        const probe = pgProbe(client)
        const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
        server.pause()
        const query = vi.spyOn(client, 'query')
        for (const _ of [1, 2, 3]) expect(await ask()).toBe(failing('timed out after 200 ms'))
        expect(query).toHaveBeenCalledTimes(1)
        server.resume()
        await expect.poll(askPatiently).toBe(healthy)
        await client.end()
      })

      test('fails when the connection breaks, and does not crash the process', async () => {
        const client = await connect()
        const ask = watch(pgProbe(client))
        server.pause()
        const answer = ask()
        await server.kill()
        expect(await answer).toMatch(/Connection terminated unexpectedly|ECONNRESET/)
        expect(await ask()).toMatch('not queryable')
        expect(client.listenerCount('error')).toBe(1)
        await server.restart()
      })
    })
  })
})

describe('pg', () => {
  test('refuses options that cannot work', () => {
    const pool = new newest.Pool()
    expect(() => Reflect.apply(pgProbe, undefined, [pool, { busy: 'ok' }])).toThrow(
      "option busy of pgProbe must be 'degraded' or 'failing', not a string",
    )
    expect(() => Reflect.apply(pgProbe, undefined, [pool, { timeout: 1 }])).toThrow(
      'pgProbe has no option "timeout": its options are busy, writable',
    )
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'postgres://user:secret@db.example'],
    ['an Object', { query() {} }],
    ['a PromisePool', createPool({})],
  ])('refuses %s', (type, client) => {
    expect(() => Reflect.apply(pgProbe, undefined, [client])).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] pgProbe(…) expects a Pool or Client of the pg package, not ${type}`,
      }),
    )
  })
})
