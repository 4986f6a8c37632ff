// Generated from packages/checks/*/drivers.json. Do not edit it: run `npm run generate`.

import type postgres from 'postgres'
import type { Backend } from '../backend.ts'
import { driver } from '../drivers/driver.ts'
import { fsDriver } from '../drivers/fs.ts'
import { memjsDriver } from '../drivers/memjs.ts'
import { nodemailerDriver } from '../drivers/nodemailer.ts'
import { s3Driver } from '../drivers/s3.ts'
import { sqliteDriver } from '../drivers/sqlite.ts'

const pgDriver = driver<typeof import('pg')>('pg', async ({ Pool }, url) => {
  const { pgProbe } = await import('@watchman/db/pg')
  const pool = new Pool({ connectionString: url }).on('error', () => {})
  return { probe: pgProbe(pool), close: () => pool.end() }
})

const postgresDriver = driver<typeof postgres>('postgres', async (postgres, url) => {
  const { postgresProbe } = await import('@watchman/db/postgres')
  const sql = postgres(url, { connect_timeout: 3 })
  return { probe: postgresProbe(sql), close: () => sql.end({ timeout: 1 }) }
})

const mysql2Driver = driver<typeof import('mysql2')>('mysql2', async ({ createPool }, url) => {
  const { mysql2Probe } = await import('@watchman/db/mysql2')
  const mysqlPool = createPool(url).promise()
  return { probe: mysql2Probe(mysqlPool), close: () => mysqlPool.end() }
})

const mongodbDriver = driver<typeof import('mongodb')>('mongodb', async ({ MongoClient }, url) => {
  const { mongodbProbe } = await import('@watchman/db/mongodb')
  const mongo = new MongoClient(url)
  return { probe: mongodbProbe(mongo), close: () => mongo.close() }
})

const ioredisDriver = driver<typeof import('ioredis')>('ioredis', async ({ Redis }, url) => {
  const { ioredisProbe } = await import('@watchman/cache/ioredis')
  const ioRedis = new Redis(url).on('error', () => {})
  return { probe: ioredisProbe(ioRedis), close: () => ioRedis.disconnect() }
})

const redisDriver = driver<typeof import('redis')>('redis', async ({ createClient }, url) => {
  const { redisProbe } = await import('@watchman/cache/redis')
  const redisClient = createClient({ url: url }).on('error', () => {})
  redisClient.connect().catch(() => {})
  return { probe: redisProbe(redisClient), close: () => redisClient.destroy() }
})

/** The backends that the environment can name, in the order of the response. */
export const backends: readonly Backend[] = [
  {
    variable: 'DATABASE_URL',
    kind: 'databases',
    target: 'default',
    drivers: {
      postgres: [pgDriver, postgresDriver],
      postgresql: [pgDriver, postgresDriver],
      mysql: [mysql2Driver],
      mariadb: [mysql2Driver],
      mongodb: [mongodbDriver],
      'mongodb+srv': [mongodbDriver],
      sqlite: [sqliteDriver],
      file: [sqliteDriver],
    },
  },
  {
    variable: 'REDIS_URL',
    kind: 'caches',
    target: 'default',
    drivers: { redis: [ioredisDriver, redisDriver], rediss: [ioredisDriver, redisDriver] },
  },
  {
    variable: 'MEMCACHED_URL',
    kind: 'caches',
    target: 'memcached',
    drivers: { memcached: [memjsDriver] },
  },
  {
    variable: 'SMTP_URL',
    kind: 'email',
    target: 'default',
    drivers: { smtp: [nodemailerDriver], smtps: [nodemailerDriver] },
  },
  {
    variable: 'STORAGE_PATH',
    kind: 'storage',
    target: 'default',
    drivers: [fsDriver],
  },
  {
    variable: 'S3_BUCKET',
    kind: 'storage',
    target: 's3',
    drivers: [s3Driver],
  },
]
