import { createRequire } from 'node:module'
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb'
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { missing, type Server, startMariadb, startMongodb, startPostgres } from '@watchman/servers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mongodbProbe } from '../src/mongodb.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { queueLength } from './queue-length.ts'
import { healthy, watch } from './watch.ts'

/** Instruments the clients as they are loaded: with `require`, since Vitest does not load modules through hooks. */
const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const instrumentations = [
  new PgInstrumentation(),
  new MySQL2Instrumentation(),
  new MongoDBInstrumentation({ requireParentSpan: false }),
]
provider.register()
for (const instrumentation of instrumentations) instrumentation.setTracerProvider(provider)

const require = createRequire(import.meta.url)
const { Pool }: typeof import('pg') = require('pg')
const { createPool }: typeof import('mysql2/promise') = require('mysql2/promise')
const { MongoClient }: typeof import('mongodb') = require('mongodb')

interface Opened {
  readonly probe: ReturnType<typeof pgProbe>
  /** The names of what is in use. */
  readonly inUse: () => number
  readonly end: () => Promise<unknown>
}

const SUBJECTS: readonly [string, string | undefined, () => Promise<Server>, (url: string) => Opened][] = [
  [
    'pg',
    missing('postgres'),
    startPostgres,
    (url) => {
      const pool = new Pool({ connectionString: url, max: 2 }).on('error', () => {})
      const inUse = () => pool.totalCount - pool.idleCount + pool.waitingCount
      return { probe: pgProbe(pool), inUse, end: () => pool.end() }
    },
  ],
  [
    'mysql2',
    missing('mariadb'),
    startMariadb,
    (url) => {
      const pool = createPool({ uri: url, connectionLimit: 2 })
      const lengthOf = (queue: string) => queueLength(pool.pool, queue)
      const inUse = () =>
        lengthOf('_allConnections') - lengthOf('_freeConnections') + lengthOf('_connectionQueue')
      return { probe: mysql2Probe(pool), inUse, end: () => pool.end() }
    },
  ],
  [
    'mongodb',
    process.env.MONGODB_URL && 'is not ours to control',
    startMongodb,
    (url) => {
      let inUse = 0
      const client = new MongoClient(url, {
        maxPoolSize: 2,
        connectTimeoutMS: 500,
        heartbeatFrequencyMS: 500,
      })
        .on('connectionCheckedOut', () => inUse++)
        .on('connectionCheckedIn', () => inUse--)
      return { probe: mongodbProbe(client), inUse: () => inUse, end: () => client.close() }
    },
  ],
]

describe.each(SUBJECTS)('%s with the instrumentation of OpenTelemetry', (name, absent, start, open) => {
  describe.skipIf(absent)(`${absent ?? ''}`, () => {
    let server: Server
    let proxy: FaultProxy
    beforeAll(async () => {
      server = await start()
    })
    beforeEach(async () => {
      proxy = await startFaultProxy(server)
    })
    afterAll(() => server.stop())

    test('is traced, recovers within three timeouts from a silent network, and keeps nothing', async () => {
      const { host, port } = server
      const { probe, inUse, end } = open(server.url.replace(`${host}:${port}`, `${host}:${proxy.port}`))
      const ask = watch(probe, 300)
      await expect.poll(ask).toBe(healthy)
      const scopes = exporter.getFinishedSpans().map(({ instrumentationScope }) => instrumentationScope.name)
      expect(scopes).toContain(`@opentelemetry/instrumentation-${name}`)
      await proxy.hang()
      proxy.blackHole()
      for (const _ of [1, 2, 3, 4]) expect(await ask()).toMatch(/^500 /)
      proxy.blackHole()
      await proxy.pass()
      const answers: string[] = []
      while (answers.at(-1) !== healthy && answers.length < 4) answers.push(await ask())
      expect(answers.at(-1)).toBe(healthy)
      await expect.poll(inUse).toBe(0)
      await proxy.close()
      await end()
    })
  })
})
