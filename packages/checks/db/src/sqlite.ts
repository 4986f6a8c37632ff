import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Probe } from '@watchman/core'
import { assertClient, hasMembers, memberOf } from '@watchman/core/driver'

/** What is used of a `Database` of better-sqlite3 and of a `DatabaseSync` of node:sqlite. */
export interface SqliteDatabase {
  prepare(sql: string): { get(): unknown }
}

/**
 * Reads the schema of a SQLite database through a `Database` of better-sqlite3 or a `DatabaseSync` of node:sqlite, and
 * fails if its file was removed or replaced: the database would go on working, and what is written to it would be lost.
 *
 * Both clients read synchronously, so no timeout can interrupt the probe: a locked file blocks the event loop for as long as
 * the database's own `timeout` option says.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else.
 * @example
 * databases({ default: sqliteProbe(new Database('app.db')) })
 */
export function sqliteProbe(database: SqliteDatabase): Probe {
  const fits = hasMembers(database, { prepare: 'function', exec: 'function' })
  assertClient('sqliteProbe', database, 'a Database of better-sqlite3 or a DatabaseSync of node:sqlite', fits)
  let firstInode: bigint | undefined
  return async () => {
    // Unlike SELECT 1, this reads the file.
    database.prepare('SELECT name FROM sqlite_master LIMIT 1').get()
    const file = fileOf(database)
    const inode = inodeOf(file)
    firstInode ??= inode
    if (inode === firstInode) return
    const change = inode === undefined ? 'gone' : 'not the one that was opened'
    throw new Error(`the file ${basename(file)} is ${change}: what is written now is lost`)
  }
}

/** The path of the file when it was opened; empty for a database in memory. */
function fileOf(database: SqliteDatabase): string {
  const file = memberOf(database.prepare('PRAGMA database_list').get(), 'file')
  return typeof file === 'string' ? file : ''
}

/** The number that identifies a file whatever its name; undefined where the file does not exist. */
function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}
