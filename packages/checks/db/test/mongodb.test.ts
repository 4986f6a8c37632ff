import { type MongodbServer, startMongodb } from '@watchman/servers'
import { openSockets } from '@watchman/test-helpers'
import { startFaultProxy } from '@watchman/testing'
import * as newest from 'mongodb'
import * as oldest from 'mongodb-oldest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { mongodbProbe } from '../src/mongodb.ts'
import { failing, healthy, watch } from './watch.ts'

const options = { maxPoolSize: 2, heartbeatFrequencyMS: 500, monitorCommands: true }

describe.skipIf(process.env.MONGODB_URL).each([
  ['the newest mongodb', newest.MongoClient, true],
  ['mongodb 6.0.0', oldest.MongoClient, false],
])('mongodb of %s', (_, Client, cancels) => {
  let server: MongodbServer
  let client: newest.MongoClient | oldest.MongoClient
  let commands: unknown[]

  /** Narrows the client to one of the two types, because `mongodb` does not accept their union. */
  function open(settings: Readonly<Record<string, unknown>> = {}, url = server.url) {
    const opened = new Client(url, { ...options, ...settings })
    client = opened
    commands = []
    const onStarted = (event: { readonly commandName: string; readonly databaseName: string }) => {
      commands.push(`${event.databaseName}.${event.commandName}`)
    }
    if (opened instanceof newest.MongoClient)
      return {
        probe: mongodbProbe(opened.on('commandStarted', onStarted)),
        db: mongodbProbe(opened.db('app')),
      }
    return { probe: mongodbProbe(opened.on('commandStarted', onStarted)), db: mongodbProbe(opened.db('app')) }
  }
  const listeners = () => [
    client.listenerCount('serverHeartbeatFailed'),
    client.listenerCount('serverHeartbeatSucceeded'),
  ]

  beforeAll(async () => {
    server = await startMongodb()
  })
  beforeEach(() => vi.waitFor(() => expect(openSockets()).toBe(0), 20_000))
  afterEach(async () => {
    server.resume()
    await client.close(true)
  })
  afterAll(() => server.stop())

  test('pings admin through a client, and the database of a Db', async () => {
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

  test('leaves nothing behind', async () => {
    const ask = watch(open().probe)
    await ask()
    await expect.poll(() => openSockets()).toBeGreaterThan(1)
    const before = openSockets()
    for (let index = 0; index < 200; index++) expect(await ask()).toBe(healthy)
    expect(openSockets()).toBeLessThanOrEqual(before + 1) // the driver measures round trips on a separate socket
    expect(listeners()).toEqual([0, 0])
  })

  test('times out while the server hangs, has at most one pending ping, and recovers', async () => {
    const { probe } = open()
    const [ask, askPatiently] = [watch(probe, 300), watch(probe)]
    let closed = 0
    client.on('connectionClosed', () => {
      closed += 1
    })
    expect(await askPatiently()).toBe(healthy)
    server.pause()
    for (const _ of [1, 2, 3]) expect(await ask()).toBe(failing('timed out after 300 ms'))
    expect(commands.filter((command) => command === 'admin.ping')).toHaveLength(2)
    expect(closed).toBe(cancels ? 1 : 0)
    server.resume()
    await expect.poll(askPatiently).toBe(healthy)
    expect(listeners()).toEqual([0, 0])
  })

  test('recovers within three timeouts when its connections become silent, and keeps no listener', async () => {
    const proxy = await startFaultProxy(server)
    const ask = watch(open({}, `mongodb://${proxy.host}:${proxy.port}`).probe, 300)
    await expect.poll(ask).toBe(healthy)
    proxy.blackHole()
    const answers = [await ask()]
    expect(answers).toEqual([failing('timed out after 300 ms')])
    while (answers.at(-1) !== healthy && answers.length < 4) answers.push(await ask())
    expect(answers.at(-1)).toBe(healthy)
    expect(listeners()).toEqual([0, 0])
    await proxy.close()
  })

  test('reports why it cannot connect when the server is killed, and recovers', async () => {
    const ask = watch(open().probe, 2000)
    expect(await ask()).toBe(healthy)
    await server.kill()
    // At first a run may still use the connection that broke, or the driver may not have noticed.
    await expect
      .poll(ask, { timeout: 30_000 })
      .toMatch(/"error":"not connected: connect ECONNREFUSED 127\.0\.0\.1:\d+: timed out after 2000 ms"/)
    await server.restart()
    await expect.poll(ask).toBe(healthy)
    expect(listeners()).toEqual([0, 0])
  })

  test('reports the error of the driver when that gives up before the timeout', async () => {
    const ask = watch(open({ serverSelectionTimeoutMS: 300 }).probe)
    await server.kill()
    expect(await ask()).toMatch(/"error":"connect ECONNREFUSED 127\.0\.0\.1:\d+/)
    await server.restart()
  })
})

describe('mongodb', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a string', 'mongodb://user:secret@db.example'],
    ['an Object', { command() {} }],
    ['a Map', new Map()],
  ])('refuses %s', (type, client) => {
    expect(() => Reflect.apply(mongodbProbe, undefined, [client])).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] mongodbProbe(…) expects a MongoClient or Db of the mongodb package, not ${type}`,
      }),
    )
  })
})
