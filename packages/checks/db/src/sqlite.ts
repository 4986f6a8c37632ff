import type { Probe } from '@watchman/core'
import { ensureClient, has } from './ensure-client.ts'

/** What is used of a `Database` of better-sqlite3 and of a `DatabaseSync` of node:sqlite. */
export interface SqliteDatabase {
  prepare(sql: string): { get(): unknown }
}

/**
 * Reads the schema of a SQLite database through a `Database` of better-sqlite3 or a `DatabaseSync` of node:sqlite.
 *
 * Both read at once and block meanwhile, so that no deadline can cut it short; a locked file is waited for as long as the
 * database's own `timeout` says.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else.
 * @example
 * databases({ default: sqlite(new Database('app.db')) })
 */
export function sqlite(database: SqliteDatabase): Probe {
  const wanted = 'a Database of better-sqlite3 or a DatabaseSync of node:sqlite'
  ensureClient(has(database, 'prepare', 'exec'), 'sqlite', wanted, database)
  // A SELECT 1 is answered without a look at the file.
  return () => database.prepare('SELECT name FROM sqlite_master LIMIT 1').get()
}
