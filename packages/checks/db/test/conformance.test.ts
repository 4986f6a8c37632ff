import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Probe } from '@watchman/core'
import {
  type DatabaseServer,
  missing,
  type Server,
  startMariadb,
  startMongodb,
  startPostgres,
} from '@watchman/servers'
import { type Gate, openGate, probeCases } from '@watchman/testing'
import { MongoClient } from 'mongodb'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { mongodbProbe } from '../src/mongodb.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'
import { type Opened, subjects } from './sqlite-subjects.ts'

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
  let gate: Gate
  let server: Kind
  let connected: Connected
  beforeAll(async () => {
    server = await start()
    gate = await openGate(server)
    connected = open(server, gate.port)
  })
  afterAll(async () => {
    await gate.open()
    await connected.end()
    await gate.close()
    await server.stop()
  })
  const probe = () => connected.probe
  return {
    up: () => gate.open().then(probe),
    down: () => gate.refuse().then(probe),
    hung: () => gate.silence().then(probe),
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

describe.skipIf(missing('mariadb'))(`a pool of mysql2 ${missing('mariadb') ?? ''}`, () => {
  const subject = subjectOf(startMariadb, (server: DatabaseServer, port) => {
    const { host, user, password, database } = server
    const pool = createPool({ host, port, user, password, database, connectionLimit: 3 })
    const { _allConnections: all, _freeConnections: free }: Record<string, { readonly length: number }> =
      Object(pool.pool)
    return {
      probe: mysql2Probe(pool),
      heldResources: () => inUse(all?.length ?? 0, free?.length ?? 0),
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

describe.each(await subjects())('sqlite of $name', ({ missing: reason, open }) => {
  describe.skipIf(reason)(reason ?? 'as it is installed', () => {
    let folder: string
    let database: Opened
    const move = (from: string, to: string) => {
      try {
        renameSync(join(folder, from), join(folder, to))
      } catch {
        // It has been moved before.
      }
      return database.probe
    }
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
      database = open(join(folder, 'app.db'))
      database.exec('CREATE TABLE kept (value)')
    })
    afterAll(() => {
      database.close()
      rmSync(folder, { recursive: true })
    })
    // It reads synchronously, so that it cannot hang.
    const subject = { up: () => move('away.db', 'app.db'), down: () => move('app.db', 'away.db') }
    for (const { name, run } of probeCases(subject)) test(name, run)
  })
})
