import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Probe } from '@watchman/core'
import { ensureClient, has } from './ensure-client.ts'

/** What is used of a `Database` of better-sqlite3 and of a `DatabaseSync` of node:sqlite. */
export interface SqliteDatabase {
  prepare(sql: string): { get(): unknown }
}

/**
 * Reads the schema of a SQLite database through a `Database` of better-sqlite3 or a `DatabaseSync` of node:sqlite, and
 * looks whether its file is still there: one that is removed or replaced goes on to work, and what is written to it is lost.
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
  const first: { id?: bigint | undefined } = {}
  return async () => {
    // A SELECT 1 is answered without a look at the file.
    database.prepare('SELECT name FROM sqlite_master LIMIT 1').get()
    const file = fileOf(database)
    const id = identify(file)
    first.id ??= id
    if (id === first.id) return
    const fate = id === undefined ? 'gone' : 'not the one that was opened'
    throw new Error(`the file ${basename(file)} is ${fate}: what is written now is lost`)
  }
}

/** Where its file was when it was opened; empty for a database in memory. */
function fileOf(database: SqliteDatabase): string {
  const { file }: { readonly file?: unknown } = Object(database.prepare('PRAGMA database_list').get())
  return typeof file === 'string' ? file : ''
}

/** What the system knows a file by, whatever its name; undefined where there is none of this name. */
function identify(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}
