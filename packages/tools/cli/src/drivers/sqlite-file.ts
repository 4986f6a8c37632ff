import type { Probe } from '@watchman/core'
import { type SqliteDatabase, sqlite } from '@watchman/db/sqlite'
import type BetterSqlite3 from 'better-sqlite3'
import { type Driver, driver, type Service } from './driver.ts'

type Open = SqliteDatabase & { close(): void }

/** What is used of node:sqlite, which Node has from 22.5 on. */
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options: { readonly readOnly: boolean }) => Open
}

/** SQLite through better-sqlite3, else through Node itself. */
export const sqliteFile: readonly Driver[] = [
  driver<typeof BetterSqlite3>('better-sqlite3', (Database, url) =>
    service(url, (path) => new Database(path, { readonly: true, fileMustExist: true })),
  ),
  driver<NodeSqlite>('node:sqlite', ({ DatabaseSync }, url) =>
    service(url, (path) => new DatabaseSync(path, { readOnly: true })),
  ),
]

/** Opens the file for each probe: one that is not there fails the check, and is well again when it comes. */
function service(url: string, open: (path: string) => Open): Service {
  const path = decodeURIComponent(url.replace(/^\w+:(\/\/)?/, '').replace(/\?.*/, ''))
  const probe: Probe = async (signal) => {
    const database = open(path)
    try {
      await sqlite(database)(signal)
    } finally {
      database.close()
    }
  }
  return { probe, close: () => {} }
}
