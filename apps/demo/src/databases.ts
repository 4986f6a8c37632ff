import { PGlite } from '@electric-sql/pglite'
import { mongodbProbe } from '@watchman/db/mongodb'
import { mysql2Probe } from '@watchman/db/mysql2'
import { pgProbe } from '@watchman/db/pg'
import { MongoClient } from 'mongodb'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import type { Service } from './service.ts'

/** Starts the embedded database, and connects to those that the environment names. */
export async function startDatabases(
  environment: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, Service>>> {
  const { DATABASE_URL, MONGODB_URL } = environment
  return {
    default: await embedded(),
    ...(DATABASE_URL && { [/^mysql/.test(DATABASE_URL) ? 'mysql' : 'postgres']: sql(DATABASE_URL) }),
    ...(MONGODB_URL && { mongodb: mongo(MONGODB_URL) }),
  }
}

/** PostgreSQL in this process. It needs no driver: a function that resolves or rejects is a probe. */
async function embedded(): Promise<Service> {
  const database = await PGlite.create()
  return {
    description: 'PGlite, a PostgreSQL in this process',
    probe: () => database.query('SELECT 1'),
    close: () => database.close(),
  }
}

function sql(url: string): Service {
  if (/^mysql/.test(url)) {
    const pool = createPool(url)
    return { description: 'the MySQL of DATABASE_URL', probe: mysql2Probe(pool), close: () => pool.end() }
  }
  const pool = new Pool({ connectionString: url })
  pool.on('error', () => {}) // a dropped idle connection must not crash the app; the status page reports it
  return { description: 'the PostgreSQL of DATABASE_URL', probe: pgProbe(pool), close: () => pool.end() }
}

function mongo(url: string): Service {
  const client = new MongoClient(url)
  return {
    description: 'the MongoDB of MONGODB_URL',
    probe: mongodbProbe(client),
    close: () => client.close(),
  }
}
