/// <reference types="node-types-newest/sqlite" />
import { existsSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import type { Probe } from '@watchman/core'
import { type SqliteDatabase, type SqliteOptions, sqliteProbe } from '../src/sqlite.ts'
import { BINARY, USES_OLDEST } from './better-sqlite3-oldest.ts'

/** An open database. */
export interface Opened extends SqliteDatabase {
  readonly probe: Probe
  prepare(sql: string): { get(): unknown; iterate(): Iterator<unknown> }
  close(): unknown
}

/** Options of a database and of its probe. */
interface OpenOptions extends SqliteOptions {
  /** Milliseconds that the application lets it wait for a locked file. @default 50 */
  readonly timeout?: number
  readonly readOnly?: boolean
}

/** A client of SQLite. */
export interface Subject {
  readonly name: string
  /** Why it cannot be tested on this machine. */
  readonly missing?: string | undefined
  readonly open: (file: string, options?: OpenOptions) => Opened
}

/** The clients that the running Node can load. The newest better-sqlite3 requires Node 22; before that the oldest is tested. */
export async function subjects(): Promise<readonly Subject[]> {
  return Promise.all([
    USES_OLDEST ? oldestBetterSqlite3() : newestBetterSqlite3(),
    ...(isBuiltin('node:sqlite') ? [nodeSqlite()] : []),
  ])
}

async function newestBetterSqlite3(): Promise<Subject> {
  const { default: Database } = await import('better-sqlite3')
  return {
    name: 'the newest better-sqlite3',
    open(file, { timeout = 50, readOnly = false, ...options } = {}) {
      const database = new Database(file, { timeout, readonly: readOnly })
      return Object.assign(database, { probe: sqliteProbe(database, options) })
    },
  }
}

async function oldestBetterSqlite3(): Promise<Subject> {
  const { default: Database } = await import('better-sqlite3-oldest')
  return {
    name: 'better-sqlite3 11.0.0',
    missing: existsSync(BINARY) ? undefined : 'is not built: npm run test:slow builds it',
    open(file, { timeout = 50, readOnly = false, ...options } = {}) {
      const database = new Database(file, { timeout, readonly: readOnly })
      return Object.assign(database, { probe: sqliteProbe(database, options) })
    },
  }
}

async function nodeSqlite(): Promise<Subject> {
  const { DatabaseSync } = await import('node:sqlite')
  return {
    name: 'node:sqlite',
    open(file, { timeout = 50, readOnly = false, ...options } = {}) {
      const database = new DatabaseSync(file, { readOnly })
      database.exec(`PRAGMA busy_timeout = ${timeout}`)
      return Object.assign(database, { probe: sqliteProbe(database, options) })
    },
  }
}
