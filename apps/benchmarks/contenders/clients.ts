import { Redis } from 'ioredis'
import { Pool } from 'pg'

// What every contender's app has already, the constant ones included.
export const pool = new Pool({ connectionString: process.env.DATABASE_URL }).on('error', () => {})
export const redis = new Redis(`${process.env.REDIS_URL}`).on('error', () => {})

/** Where every contender listens. */
export const address = { host: '127.0.0.1', port: Number(process.env.PORT) }

/** What every contender asks its database. */
export async function askDatabase(): Promise<void> {
  await pool.query('SELECT 1')
}

/** What every contender asks its cache. */
export async function askCache(): Promise<void> {
  const key = `check:${Math.random()}`
  await redis.set(key, '1', 'PX', 10_000)
  const read = await redis.get(key)
  await redis.del(key)
  if (read !== '1') throw new Error('the cache holds something else')
}
