import type { CheckKind } from './backends.ts'
import type { Variable } from './variables.ts'

/** How the configuration that `init` writes uses a client. */
export interface ClientTemplate {
  /** The package of the client. */
  readonly client: string
  readonly kind: CheckKind
  /** The subpath of the driver, whose function is named after it: `pgProbe` of `@watchman/db/pg`. */
  readonly driver: string
  /** What is imported from the client, as in `import … from 'pg'`. */
  readonly importClause: string
  /** The variable that holds the client. */
  readonly variable: string
  /** The code that creates the client. */
  readonly createCode: string
  /** The arguments of the driver. @default the variable */
  readonly driverArguments?: string
  /** The code that closes the client. */
  readonly closeCode: string
}

const env = (variable: Variable) => `process.env.${variable}`
const LISTENER = ".on('error', console.error)"

/** The clients that `init` knows, in the order of the response. */
export const clientTemplates: readonly ClientTemplate[] = [
  {
    client: 'pg',
    kind: 'databases',
    driver: 'pg',
    importClause: '{ Pool }',
    variable: 'pool',
    createCode: `new Pool({ connectionString: ${env('DATABASE_URL')} })${LISTENER}`,
    closeCode: 'pool.end()',
  },
  {
    client: 'mysql2',
    kind: 'databases',
    driver: 'mysql2',
    importClause: '{ createPool }',
    variable: 'mysqlPool',
    createCode: `createPool(\`\${${env('DATABASE_URL')}}\`).promise()`,
    closeCode: 'mysqlPool.end()',
  },
  {
    client: 'mongodb',
    kind: 'databases',
    driver: 'mongodb',
    importClause: '{ MongoClient }',
    variable: 'mongo',
    createCode: `new MongoClient(\`\${process.env.MONGODB_URL}\`)`,
    closeCode: 'mongo.close()',
  },
  {
    client: 'better-sqlite3',
    kind: 'databases',
    driver: 'sqlite',
    importClause: 'Database',
    variable: 'database',
    createCode: "new Database('app.db', { fileMustExist: true })",
    closeCode: 'database.close()',
  },
  {
    client: 'ioredis',
    kind: 'caches',
    driver: 'ioredis',
    importClause: '{ Redis }',
    variable: 'ioRedis',
    createCode: `new Redis(\`\${${env('REDIS_URL')}}\`)${LISTENER}`,
    closeCode: 'ioRedis.disconnect()',
  },
  {
    client: 'redis',
    kind: 'caches',
    driver: 'redis',
    importClause: '{ createClient }',
    variable: 'redisClient',
    createCode: `createClient({ url: \`\${${env('REDIS_URL')}}\` })${LISTENER}\nredisClient.connect().catch(console.error)`,
    closeCode: 'redisClient.destroy()',
  },
  {
    client: 'memjs',
    kind: 'caches',
    driver: 'memjs',
    importClause: '{ Client }',
    variable: 'memcachedClient',
    createCode: `Client.create(process.env.MEMCACHED_SERVERS)`,
    closeCode: 'memcachedClient.close()',
  },
  {
    client: 'keyv',
    kind: 'caches',
    driver: 'keyv',
    importClause: 'Keyv',
    variable: 'cache',
    createCode: 'new Keyv() // in memory: pass it the store of your app',
    closeCode: 'cache.disconnect()',
  },
  {
    client: 'nodemailer',
    kind: 'email',
    driver: 'nodemailer',
    importClause: '{ createTransport }',
    variable: 'transporter',
    createCode: `createTransport(${env('SMTP_URL')})`,
    driverArguments: "transporter, { mode: 'verify' }",
    closeCode: 'transporter.close()',
  },
  {
    client: '@aws-sdk/client-s3',
    kind: 'storage',
    driver: 's3',
    importClause: '{ S3Client }',
    variable: 's3Client',
    createCode: 'new S3Client({})',
    driverArguments: `s3Client, { bucket: \`\${${env('S3_BUCKET')}}\` }`,
    closeCode: 's3Client.destroy()',
  },
]
