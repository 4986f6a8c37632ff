import { type MongodbServer, startMongodb } from '@watchman/servers'
import * as newest from 'mongodb'
import * as oldest from 'mongodb-oldest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { mongodb } from '../src/mongodb.ts'
import { failing, healthy, sockets, watch } from './ask.ts'

const options = { maxPoolSize: 2, heartbeatFrequencyMS: 500, monitorCommands: true }

describe.skipIf(process.env.MONGODB_URL).each([
  ['the newest mongodb', newest.MongoClient, true],
  ['mongodb 6.0.0', oldest.MongoClient, false],
])('mongodb of %s', (_, Client, cancels) => {
  let server: MongodbServer
  let client: newest.MongoClient | oldest.MongoClient
  let commands: unknown[]

  /** Passes on the very type of client under test. */
  function open(settings: Readonly<Record<string, unknown>> = {}) {
    const opened = new Client(server.url, { ...options, ...settings })
    client = opened
    commands = []
    const hear = (event: { readonly commandName: string; readonly databaseName: string }) => {
      commands.push(`${event.databaseName}.${event.commandName}`)
    }
    if (opened instanceof newest.MongoClient)
      return { probe: mongodb(opened.on('commandStarted', hear)), db: mongodb(opened.db('app')) }
    return { probe: mongodb(opened.on('commandStarted', hear)), db: mongodb(opened.db('app')) }
  }
  const listeners = () => [
    client.listenerCount('serverHeartbeatFailed'),
    client.listenerCount('serverHeartbeatSucceeded'),
  ]

  beforeAll(async () => {
    server = await startMongodb()
  })
  beforeEach(() => vi.waitFor(() => expect(sockets()).toBe(0), 10_000))
  afterEach(async () => {
    server.resume()
    await client.close(true)
  })
  afterAll(() => server.stop())

  it('pings admin through a client, and the database it is given', async () => {
    const { probe, db } = open()
    expect(await watch(probe)()).toBe(healthy)
    expect(await watch(probe)()).toBe(healthy)
    expect(await watch(db)()).toBe(healthy)
    expect(commands.filter((command) => command !== 'admin.endSessions')).toEqual([
      'admin.ping',
      'admin.ping',
      'app.ping',
    ])
  })

  it('leaves nothing behind', async () => {
    const ask = watch(open().probe)
    await ask()
    await vi.waitFor(() => expect(sockets()).toBeGreaterThan(1), 10_000)
    const before = sockets()
    for (let index = 0; index < 200; index++) expect(await ask()).toBe(healthy)
    expect(sockets()).toBeLessThanOrEqual(before + 1) // the driver measures round trips by a socket of its own
    expect(listeners()).toEqual([0, 0])
  })

  it('times out while the server hangs, has one ping under way at most, and recovers', async () => {
    const ask = watch(open().probe, 300)
    let closed = 0
    client.on('connectionClosed', () => {
      closed += 1
    })
    expect(await ask()).toBe(healthy)
    server.pause()
    for (const _ of [1, 2, 3]) expect(await ask()).toBe(failing('timed out after 300 ms'))
    expect(commands.filter((command) => command === 'admin.ping')).toHaveLength(2)
    expect(closed).toBe(cancels ? 1 : 0)
    server.resume()
    await expect.poll(ask, { timeout: 10_000 }).toBe(healthy)
    expect(listeners()).toEqual([0, 0])
  })

  it('names what keeps it from connecting when the server is killed, and recovers', async () => {
    const ask = watch(open().probe, 2000)
    expect(await ask()).toBe(healthy)
    await server.kill()
    // At first one may meet the connection that broke, or a driver that has not noticed.
    await expect
      .poll(ask, { timeout: 10_000 })
      .toMatch(/"error":"not connected: connect ECONNREFUSED 127\.0\.0\.1:\d+: timed out after 2000 ms"/)
    await server.restart()
    await expect.poll(ask, { timeout: 10_000 }).toBe(healthy)
    expect(listeners()).toEqual([0, 0])
  })

  it('says what the driver says when that gives up before the deadline', async () => {
    const ask = watch(open({ serverSelectionTimeoutMS: 300 }).probe, 5000)
    await server.kill()
    expect(await ask()).toMatch(/"error":"connect ECONNREFUSED 127\.0\.0\.1:\d+/)
    await server.restart()
  })
})

describe('mongodb', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a string', 'mongodb://user:secret@db.example'],
    ['an Object', { command() {} }],
    ['a Map', new Map()],
  ])('wants a client of mongodb and not %s', (what, client) => {
    expect(() => Reflect.apply(mongodb, undefined, [client])).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] mongodb(…) wants a MongoClient or Db of the mongodb package, not ${what}`,
      }),
    )
  })
})
