import { setTimeout as sleep } from 'node:timers/promises'
import { degraded, errorMessage, memberOf } from '@watchman/core/driver'
import { withBusyTimeout } from './with-busy-timeout.ts'

/** What is used of a database to write to it. */
export interface WritableDatabase {
  prepare(sql: string): { get(): unknown }
  exec(sql: string): unknown
}

/** Milliseconds between two attempts to begin a transaction. */
const INTERVAL = 50

/** What SQLite and better-sqlite3 say where another connection writes, or where this one has a transaction or iterates. */
const IN_USE = /database is locked|within a transaction|busy executing a query/

/**
 * Begins a write transaction, writes the `user_version` that the database has, and rolls back. While the file or the connection
 * is in use it tries again until `signal` aborts; the first attempt may block for `wait` milliseconds, the others do not.
 *
 * @throws Error of SQLite, such as for a read-only database, or one that degrades the target while the database is in use.
 */
export async function tryWrite(database: WritableDatabase, signal: AbortSignal, wait: number): Promise<void> {
  for (let limit = Math.max(0, Math.ceil(wait)); ; limit = 0) {
    try {
      return withBusyTimeout(database, limit, () => writeVersion(database))
    } catch (error) {
      if (!IN_USE.test(String(error))) throw explain(error)
      await sleep(INTERVAL, undefined, { signal }).catch(() => {
        const message = `no write transaction could begin: ${errorMessage(error)}`
        throw degraded(message, { cause: signal.reason, progress: changesOf(database) })
      })
    }
  }
}

function writeVersion(database: WritableDatabase): void {
  const version = memberOf(database.prepare('PRAGMA user_version').get(), 'user_version')
  database.exec('BEGIN IMMEDIATE') // a read-only database accepts it
  try {
    database.exec(`PRAGMA user_version = ${version}`)
  } finally {
    rollBack(database)
  }
}

function rollBack(database: WritableDatabase): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // SQLite itself rolled back, as it does where the disk is full.
  }
}

function explain(error: unknown): unknown {
  const isReadOnly = String(error).includes('readonly database')
  return isReadOnly ? new Error('the database is read-only', { cause: error }) : error
}

/** Grows with each row that this connection changes, and changes with each commit of another one. */
function changesOf(database: WritableDatabase): number {
  const own = memberOf(database.prepare('SELECT total_changes() AS count').get(), 'count')
  const others = memberOf(database.prepare('PRAGMA data_version').get(), 'data_version')
  return Number(own) + Number(others)
}
