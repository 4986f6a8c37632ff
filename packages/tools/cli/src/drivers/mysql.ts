import { mysql2Probe } from '@watchman/db/mysql2'
import { driver } from './driver.ts'

/** MySQL and MariaDB through mysql2. */
export const mysql = driver<typeof import('mysql2')>('mysql2', ({ createPool }, url) => {
  const pool = createPool(url).promise()
  return { probe: mysql2Probe(pool), close: () => pool.end() }
})
