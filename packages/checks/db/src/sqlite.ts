import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Probe } from '@watchman/core'
import {
  aBoolean,
  assertClient,
  assertOption,
  hasMembers,
  memberOf,
  type Rules,
  validate,
} from '@watchman/core/driver'
import { tryWrite } from './sqlite-write.ts'
import { withBusyTimeout } from './with-busy-timeout.ts'

/** What is used of a `Database` of better-sqlite3 and of a `DatabaseSync` of node:sqlite. */
export interface SqliteDatabase {
  prepare(sql: string): { get(): unknown }
  exec(sql: string): unknown
}

/** Options of `sqliteProbe`. */
export interface SqliteOptions {
  /**
   * Whether the database must accept writes. Each run begins a write transaction, writes the `user_version` that the database
   * has, and rolls back. @default false
   */
  readonly writable?: boolean | undefined
}

const RULES: Rules<SqliteOptions> = { writable: aBoolean }

/** Milliseconds that SQLite may block the event loop for a locked file. */
const MAX_WAIT = 100

const EXPECTED = 'a Database of better-sqlite3 or a DatabaseSync of node:sqlite'

/**
 * Reads the schema of a SQLite database through a `Database` of better-sqlite3 or a `DatabaseSync` of node:sqlite, and
 * fails if its file was removed or replaced: the database would go on working, and what is written to it would be lost.
 *
 * Both clients read synchronously, so no timeout can interrupt them. For a locked file they wait as long as the database's own
 * `timeout` option says, but 100 ms at most: the probe shortens it for its query and restores it before anything else runs.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: sqliteProbe(new Database('app.db'), { writable: true }) })
 */
export function sqliteProbe(database: SqliteDatabase, options: SqliteOptions = {}): Probe {
  assertSqlite(database)
  const { writable } = validate('sqliteProbe', options, RULES)
  let firstInode: bigint | undefined

  function assertSameFile(): void {
    const file = fileOf(database)
    const inode = inodeOf(file)
    firstInode ??= inode
    if (inode === firstInode) return
    const change = inode === undefined ? 'gone' : 'not the one that was opened'
    throw new Error(`the file ${basename(file)} is ${change}: what is written now is lost`)
  }

  return async (signal) => {
    signal.throwIfAborted()
    const began = performance.now()
    // Unlike SELECT 1, this reads the file.
    const read = () => database.prepare('SELECT name FROM sqlite_master LIMIT 1').get()
    withBusyTimeout(database, MAX_WAIT, read)
    assertSameFile()
    if (writable) await tryWrite(database, signal, MAX_WAIT - (performance.now() - began))
  }
}

/** @throws WatchmanError `INVALID_OPTION` for anything but a database of these clients. */
function assertSqlite(database: SqliteDatabase): void {
  // The packages sqlite3 and sqlite have methods of the same names, which return no row.
  if (hasMembers(database, { prepare: 'function', each: 'function', get: 'function' })) {
    const isCallback = hasMembers(database, { parallelize: 'function' })
    const call = isCallback ? 'promisify(database.get).call(database, ' : 'database.get('
    const remedy = `databases({ default: () => ${call}'SELECT name FROM sqlite_master') })`
    const name = isCallback ? 'sqlite3' : 'sqlite'
    assertOption(false, `sqliteProbe(…) expects ${EXPECTED}, not of ${name}: for that, write ${remedy}`)
  }
  // A D1Database of Cloudflare has the first two too.
  const fits = hasMembers(database, { prepare: 'function', exec: 'function' })
  assertClient('sqliteProbe', database, EXPECTED, fits && !hasMembers(database, { batch: 'function' }))
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
