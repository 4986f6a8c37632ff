import { type DatabaseServer, freePort, missing, startPostgres } from '@watchman/servers'
import { untyped } from '@watchman/test-helpers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import { Client, Pool } from 'pg'
import newest from 'postgres'
import oldest from 'postgres-oldest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { postgresProbe } from '../src/postgres.ts'
import { degraded, failing, healthy, watch } from './watch.ts'

const name = 'probed'
const eventually = { timeout: 10_000, interval: 20 }

const QUEUED = 'pool has no free connection (2 of 2 in use, or a new one is not ready)'

describe.skipIf(missing('postgres'))(`postgres ${missing('postgres') ?? ''}`, () => {
  describe.each([
    ['the newest postgres', newest],
    ['postgres 3.0.0', oldest],
  ])('of %s', (_, postgres) => {
    let server: DatabaseServer
    let proxy: FaultProxy
    let sql: newest.Sql
    const opened: newest.Sql[] = []

    /** Opens a pool of two connections at most. */
    function open(changes: object = {}): newest.Sql {
      const { host, user, password, database } = server
      const own = { host, port: proxy.port, user, password, database, max: 2, backoff: () => 0 }
      const other = postgres({ ...own, connection: { application_name: name }, ...changes })
      opened.push(other)
      return other
    }

    /** The latest statement of each connection of the pool and its time, as the server reports them. */
    async function statements(): Promise<readonly string[]> {
      const pool = new Pool({ connectionString: server.url, max: 1 })
      const { rows } = await pool.query<{ readonly text: string }>(
        `SELECT state || ': ' || query || ' ' || query_start AS text
         FROM pg_stat_activity WHERE application_name = '${name}'`,
      )
      await pool.end()
      return rows.map(({ text }) => text)
    }

    /** Takes each connection of the pool, as transactions of the application do. Returns the function that ends them. */
    async function takeAll(): Promise<() => Promise<unknown>> {
      const ends: (() => void)[] = []
      const began: Promise<void>[] = []
      const ended = [1, 2].map(() => {
        let begin = () => {}
        began.push(new Promise((resolve) => (begin = resolve)))
        return sql.begin(() => {
          begin()
          return new Promise<void>((resolve) => ends.push(resolve))
        })
      })
      await Promise.all(began)
      return () => {
        for (const end of ends) end()
        return Promise.all(ended)
      }
    }

    beforeAll(async () => {
      server = await startPostgres()
      proxy = await startFaultProxy(server, { port: await freePort() })
    })
    beforeEach(async () => {
      await expect.poll(() => proxy.connections()).toBe(0)
      sql = open()
    })
    afterEach(async () => {
      await proxy.pass()
      await Promise.all(opened.splice(0).map((each) => each.end({ timeout: 1 })))
    })
    afterAll(async () => {
      await proxy.close()
      await server.stop()
    })

    test('sends SELECT 1 each time, over a connection that stays idle', async () => {
      const ask = watch(postgresProbe(sql))
      const seen: string[] = []
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(healthy)
        const [text = '', ...others] = await statements()
        expect([text, others]).toEqual([expect.stringMatching(/^idle: SELECT 1 /), []])
        seen.push(text)
      }
      expect(new Set(seen).size).toBe(3)
    })

    test('leaves nothing behind', async () => {
      const ask = watch(postgresProbe(sql))
      for (let index = 0; index < 200; index++) expect(await ask()).toBe(healthy)
      expect(proxy.connections()).toBe(1)
      await sql.end()
      await expect.poll(() => proxy.connections()).toBe(0)
    })

    test('is degraded while transactions use all connections, and waits once', async () => {
      const unsafe = vi.spyOn(sql, 'unsafe')
      const probe = postgresProbe(sql)
      const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
      expect(await askPatiently()).toBe(healthy)
      const endAll = await takeAll()
      unsafe.mockClear()
      for (const _ of [1, 2]) expect(await ask()).toBe(degraded(`${QUEUED}: timed out after 200 ms`))
      expect(unsafe).toHaveBeenCalledTimes(1)
      await endAll()
      expect(await askPatiently()).toBe(healthy)
    })

    test('is ok when a transaction ends in time, also for a run that adopts a pending query', async () => {
      const probe = postgresProbe(sql)
      expect(await watch(probe)()).toBe(healthy)
      const endAll = await takeAll()
      expect(await watch(probe, 100)()).toMatch('no free connection')
      const answer = watch(probe, 5000)()
      await endAll()
      expect(await answer).toBe(healthy)
    })

    test('is degraded while it waits behind a query of the application, which goes on', async () => {
      const probe = postgresProbe(sql)
      const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
      expect(await askPatiently()).toBe(healthy)
      const locker = new Client(server.url)
      await locker.connect()
      await locker.query('SELECT pg_advisory_lock(1)')
      const queries = [1, 2].map((value) =>
        sql.unsafe(`SELECT ${value} AS value, pg_advisory_xact_lock_shared(1)`).execute(),
      )
      await vi.waitFor(
        async () =>
          expect((await statements()).join()).toMatch(
            /active: SELECT 1 .*active: SELECT 2 |active: SELECT 2 .*active: SELECT 1 /,
          ),
        eventually,
      )
      expect(await ask()).toBe(
        degraded('pool has no free connection (2 of 2 in use): timed out after 200 ms'),
      )
      await locker.end()
      expect((await Promise.all(queries)).map(([row]) => row?.value)).toEqual([1, 2])
      expect(await askPatiently()).toBe(healthy)
    })

    test('fails when no connection becomes free for three timeouts', async () => {
      const probe = postgresProbe(sql)
      const [ask, askPatiently] = [watch(probe, 100), watch(probe)]
      expect(await askPatiently()).toBe(healthy)
      const endAll = await takeAll()
      await expect.poll(() => ask()).toMatch(/^500 .*no free connection/)
      await endAll()
      await expect.poll(() => askPatiently()).toBe(healthy)
    })

    test('fails while it is busy, with the option busy: failing', async () => {
      const probe = postgresProbe(sql, { busy: 'failing' })
      const [ask, askPatiently] = [watch(probe, 100), watch(probe)]
      expect(await askPatiently()).toBe(healthy)
      const endAll = await takeAll()
      expect(await ask()).toBe(failing(`${QUEUED}: timed out after 100 ms`))
      await endAll()
    })

    test('sends few queries while the server hangs, however often it runs, and recovers', async () => {
      const probe = postgresProbe(sql)
      const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
      expect(await askPatiently()).toBe(healthy)
      await proxy.hang()
      const unsafe = vi.spyOn(sql, 'unsafe')
      expect(await ask()).toBe(failing('timed out after 200 ms'))
      for (const _ of [1, 2, 3, 4, 5]) {
        expect(await ask()).toBe(failing('no connection to the server yet: timed out after 200 ms'))
      }
      expect(unsafe).toHaveBeenCalledTimes(2)
      expect(proxy.connections()).toBeLessThanOrEqual(2)
      await proxy.pass()
      await expect.poll(askPatiently, eventually).toBe(healthy)
    })

    test('fails when a server that was never reached accepts connections and stays silent', async () => {
      await proxy.hang()
      const probe = postgresProbe(sql)
      const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(failing('no connection to the server yet: timed out after 200 ms'))
      }
      expect(proxy.connections()).toBe(1)
      await proxy.pass()
      await expect.poll(askPatiently, eventually).toBe(healthy)
    })

    test('fails when the server is down, and recovers with the same pool', async () => {
      const ask = watch(postgresProbe(sql))
      expect(await ask()).toBe(healthy)
      await proxy.refuse()
      // The first runs may still use the connection that broke.
      await expect.poll(ask, eventually).toMatch(/^500 .*connect ECONNREFUSED 127\.0\.0\.1/)
      await proxy.pass()
      await expect.poll(ask, eventually).toBe(healthy)
      expect(proxy.connections()).toBe(1)
    })

    test('says why there is no connection while postgres waits before it connects again', async () => {
      const slow = open({ backoff: () => 60, max: 1 })
      const probe = postgresProbe(slow)
      await proxy.refuse()
      expect(await watch(probe)()).toMatch(/connect ECONNREFUSED/)
      expect(await watch(probe, 200)()).toMatch(
        /^500 .*no connection to the server yet: connect ECONNREFUSED [\d.:]+: timed out after 200 ms/,
      )
    })

    test('recovers after a query that postgres sent over a breaking connection, and never settles', async () => {
      const probe = postgresProbe(sql)
      const [ask, askPatiently] = [watch(probe, 200), watch(probe)]
      expect(await askPatiently()).toBe(healthy)
      vi.spyOn(sql, 'unsafe').mockReturnValueOnce(
        untyped(Object.assign(new Promise(() => {}), { state: {}, active: true })),
      )
      expect(await ask()).toBe(failing('timed out after 200 ms'))
      expect(await askPatiently()).toBe(healthy)
    })

    test('sends fewer queries the longer none is answered', async () => {
      const ask = watch(postgresProbe(sql), 20)
      const lost = () => untyped(Object.assign(new Promise(() => {}), { state: {}, active: true }))
      const unsafe = vi.spyOn(sql, 'unsafe').mockImplementation(lost)
      const sent: number[] = []
      for (let run = 1; run <= 16; run++) {
        expect(await ask()).toBe(failing('timed out after 20 ms'))
        sent.push(unsafe.mock.calls.length)
      }
      expect(sent.map((count, run) => count - (sent[run - 1] ?? 0)).join('')).toBe('1101000100000001')
    })

    test('fails when the connection breaks during a query', async () => {
      const ask = watch(postgresProbe(sql))
      expect(await ask()).toBe(healthy)
      await proxy.hang()
      const answer = ask()
      await new Promise((resolve) => setTimeout(resolve, 100)) // until the query is sent
      proxy.reset()
      expect(await answer).toMatch(/^500 .*ECONNRESET/)
    })

    test('shows no secret when the credentials are wrong', async () => {
      const answer = await watch(postgresProbe(open({ password: 'wr0ng-secret' })))()
      expect(answer).toMatch(/^500 .*password authentication failed for user/)
      expect(answer).not.toMatch('wr0ng-secret')
    })

    test('refuses what a transaction gets', async () => {
      await sql.begin(async (transaction) => {
        expect(() => postgresProbe(untyped(transaction))).toThrow(
          'postgresProbe(…) expects what postgres() of the postgres package returns, not a function',
        )
      })
    })
  })
})

describe('postgres', () => {
  test('refuses options that cannot work', () => {
    const sql = newest()
    expect(() => postgresProbe(sql, untyped({ busy: 'ok' }))).toThrow(
      "option busy of postgresProbe must be 'degraded' or 'failing', not a string",
    )
    expect(() => postgresProbe(sql, untyped({ timeout: 1 }))).toThrow(
      'postgresProbe has no option "timeout": its options are busy, writable',
    )
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'postgres://user:secret@db.example'],
    ['a BoundPool', new Pool()],
  ])('refuses %s', (type, client) => {
    expect(() => postgresProbe(untyped(client))).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] postgresProbe(…) expects what postgres() of the postgres package returns, not ${type}`,
      }),
    )
  })
})
