import { startPostgres, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import type { Addresses } from './contender-process.ts'

/** The servers that the contenders ask. */
export interface Backends {
  readonly addresses: Addresses
  /** How many commands and queries of the checks they have seen. */
  roundTrips(): Promise<number>
  stop(): Promise<void>
}

/** Starts a PostgreSQL and a Redis of our own. */
export async function startBackends(): Promise<Backends> {
  const [postgres, redis] = await Promise.all([
    startPostgres({ settings: { max_connections: '400', shared_preload_libraries: 'pg_stat_statements' } }),
    startRedis(),
  ])
  const admin = new Client({ connectionString: postgres.url })
  const watcher = new Redis(redis.url)
  await admin.connect()
  await admin.query('CREATE EXTENSION pg_stat_statements')
  return {
    addresses: { DATABASE_URL: postgres.url, REDIS_URL: redis.url },
    async roundTrips() {
      const { rows } = await admin.query(
        `SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements WHERE query = 'SELECT $1'`,
      )
      return Number(rows[0]?.calls) + (await commandsOf(watcher))
    },
    async stop() {
      watcher.disconnect()
      await admin.end()
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

/** How many commands of checks a Redis has seen. */
export async function commandsOf(redis: Redis): Promise<number> {
  const told = await redis.info('commandstats')
  const calls = told.matchAll(/cmdstat_(?:set|psetex|get|del):calls=(\d+)/g)
  return [...calls].reduce((sum, [, count]) => sum + Number(count), 0)
}
