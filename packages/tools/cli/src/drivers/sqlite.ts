import type { Probe } from '@watchman/core'
import { type SqliteDatabase, sqliteProbe } from '@watchman/db/sqlite'
import type BetterSqlite3 from 'better-sqlite3'
import { type BackendDriver, driver, type Service } from './driver.ts'

type Open = SqliteDatabase & { close(): void }

/** The part of node:sqlite that is used. Node has it from 22.5. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => Open
}

const ofPackage = driver<typeof BetterSqlite3>('better-sqlite3', (Database, url) =>
  service(url, (path) => new Database(path, { readonly: true, fileMustExist: true })),
)

const ofNode = driver<NodeSqlite>('node:sqlite', ({ DatabaseSync }, url) =>
  service(url, (path) => new DatabaseSync(path, { readOnly: true })),
)

/** SQLite through better-sqlite3, else through Node itself. */
export const sqliteDriver: BackendDriver = {
  client: ofPackage.client,
  open: async (...parameters) => (await ofPackage.open(...parameters)) ?? ofNode.open(...parameters),
}

/** Opens the file for each run: a missing file fails the check, which recovers when the file appears. */
function service(url: string, open: (path: string) => Open): Service {
  const path = decodeURIComponent(url.replace(/^\w+:(\/\/)?/, '').replace(/\?.*/, ''))
  const probe: Probe = async (signal) => {
    const database = open(path)
    try {
      await sqliteProbe(database)(signal)
    } finally {
      database.close()
    }
  }
  return { probe, close: () => {} }
}
