import { aBoolean, memberOf, type Rules } from '@watchman/core/driver'

/** The option of a driver that can ask whether the server accepts writes. */
export interface WritableOptions {
  /**
   * Whether the database must accept writes: then each run also asks the server for the settings that forbid them, such as
   * those of a standby. Nothing is written. @default false
   */
  readonly writable?: boolean | undefined
}

/** What this option may contain. */
export const WRITABLE_RULES: Rules<WritableOptions> = { writable: aBoolean }

/** Makes the error of a database that does not accept writes. */
export function readOnly(reason: string): Error {
  return new Error(`the database is read-only: ${reason}`)
}

/** Asks PostgreSQL for the reason why it does not accept writes: a text, or null. */
export const POSTGRESQL_READ_ONLY =
  "SELECT CASE WHEN pg_is_in_recovery() THEN 'the server is a standby in recovery' " +
  "WHEN current_setting('transaction_read_only') = 'on' THEN 'transaction_read_only is on' END AS reason"

/** @throws Error unless the first of `rows` says that PostgreSQL accepts writes. */
export function assertPostgresqlWritable(rows: unknown): void {
  const [row] = Array.isArray(rows) ? rows : []
  const reason = Array.isArray(row) ? row[0] : memberOf(row, 'reason')
  if (reason === null) return
  throw readOnly(typeof reason === 'string' ? reason : 'the server did not answer whether it accepts writes')
}
