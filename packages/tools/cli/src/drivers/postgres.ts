import { pgProbe } from '@watchman/db/pg'
import { driver } from './driver.ts'

/** PostgreSQL through pg. */
export const postgres = driver<typeof import('pg')>('pg', ({ Pool }, connectionString) => {
  const pool = new Pool({ connectionString })
  pool.on('error', () => {}) // the next probe reports it
  return { probe: pgProbe(pool), close: () => pool.end() }
})
