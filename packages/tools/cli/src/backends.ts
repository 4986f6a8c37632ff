import { bucket } from './drivers/bucket.ts'
import { directory } from './drivers/directory.ts'
import type { BackendDriver } from './drivers/driver.ts'
import { mailServer } from './drivers/mail-server.ts'
import { memcachedServer } from './drivers/memcached-server.ts'
import { mongo } from './drivers/mongo.ts'
import { mysql } from './drivers/mysql.ts'
import { postgres } from './drivers/postgres.ts'
import { redisServer } from './drivers/redis-server.ts'
import { sqliteFile } from './drivers/sqlite-file.ts'
import type { Variable } from './variables.ts'

/** The kinds of checks whose backends the environment can name. */
export type CheckKind = 'databases' | 'caches' | 'email' | 'storage'

/** A backend that a variable names. `VARIABLE_NAME` names a further one, whose target is `name`. */
export interface Backend {
  readonly variable: Variable
  readonly kind: CheckKind
  /** The name of the target of the variable itself. */
  readonly target: string
  /** The drivers by the scheme of the URL; a list where any value is right. The first whose client is installed is used. */
  readonly drivers: Readonly<Record<string, readonly BackendDriver[]>> | readonly BackendDriver[]
}

/** The backends that the environment can name, in the order of the response. */
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
