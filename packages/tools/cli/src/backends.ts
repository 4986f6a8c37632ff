import { bucket } from './drivers/bucket.ts'
import { directory } from './drivers/directory.ts'
import type { Driver } from './drivers/driver.ts'
import { mailServer } from './drivers/mail-server.ts'
import { memcachedServer } from './drivers/memcached-server.ts'
import { mongo } from './drivers/mongo.ts'
import { mysql } from './drivers/mysql.ts'
import { postgres } from './drivers/postgres.ts'
import { redisServer } from './drivers/redis-server.ts'
import { sqliteFile } from './drivers/sqlite-file.ts'
import type { Variable } from './variables.ts'

/** The checks that the environment can name backends of. */
export type Kind = 'databases' | 'caches' | 'email' | 'storage'

/** What a variable names. `VARIABLE_NAME` names another one, whose target is `name`. */
export interface Backend {
  readonly variable: Variable
  readonly kind: Kind
  /** The target of the variable itself. */
  readonly target: string
  /** The drivers by the scheme of the URL, the first that is installed is taken; a list where any value is right. */
  readonly drivers: Readonly<Record<string, readonly Driver[]>> | readonly Driver[]
}

/** What the environment can name, in the order of the response. */
export const backends: readonly Backend[] = [
  {
    variable: 'DATABASE_URL',
    kind: 'databases',
    target: 'default',
    drivers: {
      postgres: [postgres],
      postgresql: [postgres],
      mysql: [mysql],
      mariadb: [mysql],
      mongodb: [mongo],
      'mongodb+srv': [mongo],
      sqlite: sqliteFile,
      file: sqliteFile,
    },
  },
  {
    variable: 'REDIS_URL',
    kind: 'caches',
    target: 'default',
    drivers: { redis: redisServer, rediss: redisServer },
  },
  {
    variable: 'MEMCACHED_URL',
    kind: 'caches',
    target: 'memcached',
    drivers: { memcached: [memcachedServer] },
  },
  {
    variable: 'SMTP_URL',
    kind: 'email',
    target: 'default',
    drivers: { smtp: [mailServer], smtps: [mailServer] },
  },
  { variable: 'STORAGE_PATH', kind: 'storage', target: 'default', drivers: [directory] },
  { variable: 'S3_BUCKET', kind: 'storage', target: 's3', drivers: [bucket] },
]
