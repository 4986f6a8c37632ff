import { memberOf } from '@watchman/core/driver'

/** What is used of a database to set its busy timeout. */
export interface BusyTimeoutDatabase {
  prepare(sql: string): { get(): unknown }
}

/** Calls `act` with a busy timeout of at most `limit` milliseconds, and restores that of the application. */
export function withBusyTimeout<Value>(
  database: BusyTimeoutDatabase,
  limit: number,
  act: () => Value,
): Value {
  // Not by exec: better-sqlite3 refuses that while the application iterates over rows.
  const own = Number(memberOf(database.prepare('PRAGMA busy_timeout').get(), 'timeout'))
  if (own <= limit) return act()
  database.prepare(`PRAGMA busy_timeout = ${limit}`).get()
  try {
    return act()
  } finally {
    database.prepare(`PRAGMA busy_timeout = ${own}`).get()
  }
}
