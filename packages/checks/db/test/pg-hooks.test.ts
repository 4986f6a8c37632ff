import { type DatabaseServer, missing, startPostgres } from '@watchman/servers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import newest, { type PoolConfig } from 'pg'
import OldestPool from 'pg-pool-oldest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pgProbe } from '../src/pg.ts'
import { failing, healthy, watch } from './watch.ts'

const TIMEOUT = 300
const noConnection = failing(`no connection to the server yet: timed out after ${TIMEOUT} ms`)

interface Hooks extends Pick<PoolConfig, 'onConnect'> {
  /** The types lack it. */
  readonly verify?: (client: newest.PoolClient, done: (error?: Error) => void) => void
}

describe.skipIf(missing('postgres'))(`hooks of a pool of pg ${missing('postgres') ?? ''}`, () => {
  let server: DatabaseServer
  let proxy: FaultProxy
  let pool: newest.Pool

  /** Opens a pool without an 'error' listener: an error that it emits fails the test run. */
  function open(hooks: Hooks, Pool = newest.Pool) {
    const { user, password, database } = server
    const { host, port } = proxy
    const settings: PoolConfig & Hooks = { host, port, user, password, database, max: 1, ...hooks }
    pool = new Pool({ ...settings, Client: newest.Client })
    return watch(pgProbe(pool), TIMEOUT)
  }
  const counts = () => [pool.totalCount, pool.idleCount, pool.waitingCount]

  beforeAll(async () => {
    server = await startPostgres()
  })
  beforeEach(async () => {
    proxy = await startFaultProxy(server)
  })
  afterEach(async () => {
    await pool.end()
    await proxy.close()
  })
  afterAll(() => server.stop())

  test.each([
    ['the newest pg', newest.Pool],
    ['pg-pool 3.1.1', OldestPool],
  ])(
    'a query of verify of %s that is slower than the timeout is ended, and its slot is freed',
    async (_, Pool) => {
      let isSlow = true
      const ask = open(
        { verify: (client, done) => void client.query(isSlow ? 'SELECT pg_sleep(60)' : 'SELECT 2', done) },
        Pool,
      )
      for (const _ of [1, 2, 3]) {
        expect(await ask()).toBe(noConnection)
        await expect.poll(counts).toEqual([0, 0, 0])
      }
      isSlow = false
      expect(await ask()).toBe(healthy)
      expect(counts()).toEqual([1, 1, 0])
    },
  )

  test.each([
    ['succeeds', undefined],
    ['fails', new Error('not verified')],
  ])('a verify that does not use the connection frees its slot when it %s', async (_, error) => {
    let end = () => {}
    const ask = open({
      verify(_client, done) {
        end = () => done(error)
      },
    })
    expect(await ask()).toBe(noConnection)
    end()
    await expect.poll(counts).toEqual([0, 0, 0])
  })

  test('a query of onConnect that is slower than the timeout is ended, and its slot is freed', async () => {
    let isSlow = true
    const ask = open({ onConnect: (client) => client.query(isSlow ? 'SELECT pg_sleep(60)' : 'SELECT 2') })
    for (const _ of [1, 2, 3]) {
      expect(await ask()).toBe(noConnection)
      await expect.poll(counts).toEqual([0, 0, 0])
    }
    isSlow = false
    expect(await ask()).toBe(healthy)
    expect(counts()).toEqual([1, 1, 0])
  })

  test('a hook that waits for a server which has become silent is ended, and the pool recovers', async () => {
    const ask = open({
      verify(client, done) {
        proxy.blackHole()
        client.query('SELECT 2', done)
      },
    })
    expect(await ask()).toBe(noConnection)
    await expect.poll(counts).toEqual([0, 0, 0])
  })
})
