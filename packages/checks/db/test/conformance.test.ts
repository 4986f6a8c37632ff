import type { Probe } from '@watchman/core'
import {
  type DatabaseServer,
  freePort,
  missing,
  type Server,
  startMariadb,
  startMongodb,
  startPostgres,
} from '@watchman/servers'
import { type FaultProxy, probeCases, startFaultProxy } from '@watchman/testing'
import { MongoClient } from 'mongodb'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { mongodbProbe } from '../src/mongodb.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { postgresProbe } from '../src/postgres.ts'
import { queueLength } from './queue-length.ts'

/** A client of a server behind a proxy that injects faults. */
interface Connected {
  readonly probe: Probe
  /** Names of what the probe keeps from the application. */
  readonly heldResources: () => readonly string[]
  readonly end: () => Promise<unknown>
}

/** Makes the subject for the probe of a client that is opened once and shared by all cases. */
function subjectOf<Kind extends Server>(
  start: () => Promise<Kind>,
  open: (server: Kind, port: number) => Connected,
) {
  let proxy: FaultProxy
  let server: Kind
  let connected: Connected
  beforeAll(async () => {
    server = await start()
    proxy = await startFaultProxy(server, { port: await freePort() })
    connected = open(server, proxy.port)
  })
  afterAll(async () => {
    await proxy.pass()
    await connected.end()
    await proxy.close()
    await server.stop()
  })
  const probe = () => connected.probe
  return {
    up: () => proxy.pass().then(probe),
    down: () => proxy.refuse().then(probe),
    hung: () => proxy.hang().then(probe),
    heldResources: () => connected.heldResources(),
  }
}

/** Describes the slots of a pool that are in use. */
function inUse(size: number, idle: number): readonly string[] {
  return size > idle ? [`${size - idle} slots of the pool`] : []
}

describe.skipIf(missing('postgres'))(`a pool of pg ${missing('postgres') ?? ''}`, () => {
  const subject = subjectOf(startPostgres, (server: DatabaseServer, port) => {
    const { host, user, password, database } = server
    const pool = new Pool({ host, port, user, password, database, max: 3 }).on('error', () => {})
    return {
      probe: pgProbe(pool),
      heldResources: () => inUse(pool.totalCount, pool.idleCount),
      end: () => pool.end(),
    }
  })
  for (const { name, run } of probeCases({ ...subject, secrets: ['postgres-secret'] })) test(name, run)
})

describe.skipIf(missing('postgres'))(`the pool of postgres ${missing('postgres') ?? ''}`, () => {
  const subject = subjectOf(startPostgres, (server: DatabaseServer, port) => {
    const { host, user, password, database } = server
    const sql = postgres({ host, port, user, password, database, max: 3, backoff: () => 0 })
    // The pool does not show which of its connections are in use; postgres.test.ts asks the server.
    return { probe: postgresProbe(sql), heldResources: () => [], end: () => sql.end({ timeout: 1 }) }
  })
  for (const { name, run } of probeCases({ ...subject, secrets: ['postgres-secret'] })) test(name, run)
})

describe.skipIf(missing('mariadb'))(`a pool of mysql2 ${missing('mariadb') ?? ''}`, () => {
  const subject = subjectOf(startMariadb, (server: DatabaseServer, port) => {
    const { host, user, password, database } = server
    const pool = createPool({ host, port, user, password, database, connectionLimit: 3 })
    const lengthOf = (queue: string) => queueLength(pool.pool, queue)
    return {
      probe: mysql2Probe(pool),
      heldResources: () => inUse(lengthOf('_allConnections'), lengthOf('_freeConnections')),
      end: () => pool.end(),
    }
  })
  for (const { name, run } of probeCases({ ...subject, secrets: ['mariadb-secret'] })) test(name, run)
})

describe.skipIf(process.env.MONGODB_URL)('a client of mongodb', () => {
  const subject = subjectOf(startMongodb, ({ host }, port) => {
    const client = new MongoClient(`mongodb://${host}:${port}`, {
      maxPoolSize: 3,
      heartbeatFrequencyMS: 500,
    })
    const events = ['serverHeartbeatFailed', 'serverHeartbeatSucceeded'] as const
    return {
      probe: mongodbProbe(client),
      heldResources: () => events.flatMap((event) => (client.listenerCount(event) > 0 ? [event] : [])),
      end: () => client.close(),
    }
  })
  for (const { name, run } of probeCases(subject)) test(name, run)
})
