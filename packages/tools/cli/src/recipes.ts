import type { Kind } from './backends.ts'
import type { Variable } from './variables.ts'

/** How a configuration uses a client. */
export interface Recipe {
  /** The package of the client. */
  readonly client: string
  readonly kind: Kind
  /** The driver, which is also its subpath: `pg` of `@watchman/db/pg`. */
  readonly driver: string
  /** What is imported of the client. */
  readonly imported: string
  /** What the client is called. */
  readonly name: string
  /** What makes it. */
  readonly made: string
  /** What the driver takes. @default its name */
  readonly taken?: string
  /** What closes it. */
  readonly closed: string
}

const env = (variable: Variable) => `process.env.${variable}`
const LISTENER = ".on('error', console.error)"

/** The clients that `init` knows, in the order of the response. */
export const recipes: readonly Recipe[] = [
  {
    client: 'pg',
    kind: 'databases',
    driver: 'pg',
    imported: '{ Pool }',
    name: 'pool',
    made: `new Pool({ connectionString: ${env('DATABASE_URL')} })${LISTENER}`,
    closed: 'pool.end()',
  },
  {
    client: 'mysql2',
    kind: 'databases',
    driver: 'mysql2',
    imported: '{ createPool }',
    name: 'mysqlPool',
    made: `createPool(\`\${${env('DATABASE_URL')}}\`).promise()`,
    closed: 'mysqlPool.end()',
  },
  {
    client: 'mongodb',
    kind: 'databases',
    driver: 'mongodb',
    imported: '{ MongoClient }',
    name: 'mongo',
    made: `new MongoClient(\`\${process.env.MONGODB_URL}\`)`,
    closed: 'mongo.close()',
  },
  {
    client: 'better-sqlite3',
    kind: 'databases',
    driver: 'sqlite',
    imported: 'Database',
    name: 'database',
    made: "new Database('app.db', { fileMustExist: true })",
    closed: 'database.close()',
  },
  {
    client: 'ioredis',
    kind: 'caches',
    driver: 'ioredis',
    imported: '{ Redis }',
    name: 'ioRedis',
    made: `new Redis(\`\${${env('REDIS_URL')}}\`)${LISTENER}`,
    closed: 'ioRedis.disconnect()',
  },
  {
    client: 'redis',
    kind: 'caches',
    driver: 'redis',
    imported: '{ createClient }',
    name: 'redisClient',
    made: `createClient({ url: \`\${${env('REDIS_URL')}}\` })${LISTENER}\nredisClient.connect().catch(console.error)`,
    closed: 'redisClient.destroy()',
  },
  {
    client: 'memjs',
    kind: 'caches',
    driver: 'memcached',
    imported: '{ Client }',
    name: 'memcachedClient',
    made: `Client.create(process.env.MEMCACHED_SERVERS)`,
    closed: 'memcachedClient.close()',
  },
  {
    client: 'keyv',
    kind: 'caches',
    driver: 'keyv',
    imported: 'Keyv',
    name: 'cache',
    made: 'new Keyv() // in memory: hand it the store of your app',
    closed: 'cache.disconnect()',
  },
  {
    client: 'nodemailer',
    kind: 'email',
    driver: 'nodemailer',
    imported: '{ createTransport }',
    name: 'transporter',
    made: `createTransport(${env('SMTP_URL')})`,
    taken: "transporter, { mode: 'verify' }",
    closed: 'transporter.close()',
  },
  {
    client: '@aws-sdk/client-s3',
    kind: 'storage',
    driver: 's3',
    imported: '{ S3Client }',
    name: 's3Client',
    made: 'new S3Client({})',
    taken: `s3Client, { bucket: \`\${${env('S3_BUCKET')}}\` }`,
    closed: 's3Client.destroy()',
  },
]
