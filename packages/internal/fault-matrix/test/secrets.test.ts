import { S3Client } from '@aws-sdk/client-s3'
import KeyvRedis from '@keyv/redis'
import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { keyvProbe } from '@watchman/cache/keyv'
import { memjsProbe } from '@watchman/cache/memjs'
import { redisProbe } from '@watchman/cache/redis'
import { type Check, createWatchman, type Probe } from '@watchman/core'
import { databases } from '@watchman/db'
import { mongodbProbe } from '@watchman/db/mongodb'
import { mysql2Probe } from '@watchman/db/mysql2'
import { pgProbe } from '@watchman/db/pg'
import { postgresProbe } from '@watchman/db/postgres'
import { email } from '@watchman/email'
import { nodemailerProbe } from '@watchman/email/nodemailer'
import {
  missing,
  startMariadb,
  startMemcached,
  startMongodb,
  startPostgres,
  startRedis,
  startS3,
  startSmtp,
} from '@watchman/servers'
import { storage } from '@watchman/storage'
import { s3Probe } from '@watchman/storage/s3'
import { Cluster, Redis } from 'ioredis'
import Keyv from 'keyv'
import memjs from 'memjs'
import { MongoClient } from 'mongodb'
import { createPool } from 'mysql2/promise'
import nodemailer from 'nodemailer'
import pg from 'pg'
import postgres from 'postgres'
import { createClient, createCluster } from 'redis'
import { afterAll, describe, expect, test } from 'vitest'

/** Has characters that URLs and JSON write in another form. */
const PASSWORD = 'hunt"er2 p@ss/w:rd'

const ENCODED = encodeURIComponent(PASSWORD)

/** The forms of the password in which an error, a header or a line of the log may contain it. */
const FORMS = [
  PASSWORD,
  ENCODED,
  JSON.stringify(PASSWORD).slice(1, -1),
  Buffer.from(PASSWORD).toString('base64'),
  Buffer.from(`\0app\0${PASSWORD}`).toString('base64'),
  'hunt',
]

const closers: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

/** Starts a server, which is stopped after all tests. */
async function started<Running extends { stop(): Promise<void> }>(
  starting: Promise<Running>,
): Promise<Running> {
  const server = await starting
  closers.push(server.stop)
  return server
}

/** All that is shown of a check: the response with stack traces, and each line of the log with its fields. */
async function shownOf(check: Check): Promise<{ readonly error: string; readonly all: string }> {
  const lines: string[] = []
  const write = (message: string, fields: object) => void lines.push(message, JSON.stringify(fields))
  const logger = { info: write, warn: write, error: write }
  const watchman = createWatchman({ checks: [check], logger, stacktraces: true })
  const response = await watchman.fetch(new Request('http://status.test/'))
  const headers = JSON.stringify([...response.headers])
  const text = await response.text()
  const [result] = watchman.snapshot().results
  await watchman.close()
  return { error: result?.error ?? '', all: [text, headers, JSON.stringify(result), ...lines].join('\n') }
}

/** Asserts that the probe knows the password, that its failure names the cause, and that the password is shown nowhere. */
async function expectSecrecy(probe: Probe, check: Check, cause: RegExp): Promise<void> {
  expect(probe.secrets?.()).toContain(PASSWORD)
  const { error, all } = await shownOf(check)
  expect(error).toMatch(cause)
  for (const form of FORMS) expect(all).not.toContain(form)
}

/** Waits for what closes a client, which may hang where the server refuses it. */
function closeLater(close: () => unknown): void {
  closers.push(() =>
    Promise.race([Promise.resolve(close()).catch(() => {}), new Promise((end) => setTimeout(end, 1000))]),
  )
}

const silent = (client: { on(event: 'error', listener: () => void): unknown }) => client.on('error', () => {})

describe('a wrong password is shown nowhere', () => {
  const ofDatabase = (probe: Probe, cause: RegExp) =>
    expectSecrecy(probe, databases({ default: probe }, { timeout: 10_000 }), cause)
  const ofCache = (probe: Probe, cause: RegExp) =>
    expectSecrecy(probe, caches({ default: probe }, { timeout: 1500 }), cause)

  test.skipIf(missing('postgres'))('of PostgreSQL', async () => {
    const { host, port, password } = await started(startPostgres())
    const url = `postgres://watchman:${ENCODED}@${host}:${port}/postgres`
    const pool = new pg.Pool({ connectionString: url })
    silent(pool)
    closeLater(() => pool.end())
    await ofDatabase(pgProbe(pool), /^password authentication failed for user "watchman"$/)
    const sql = postgres(url, { max: 1 })
    closeLater(() => sql.end({ timeout: 0 }))
    await ofDatabase(postgresProbe(sql), /^password authentication failed for user "watchman"$/)

    const options = { host, port, user: 'watchman', database: 'postgres', password: async () => password }
    const withFunction = new pg.Pool(options)
    silent(withFunction)
    closeLater(() => withFunction.end())
    const probe = pgProbe(withFunction)
    expect(probe.secrets?.()).toEqual([])
    await probe(AbortSignal.timeout(10_000))
    expect(probe.secrets?.()).toEqual([password])
  })

  test.skipIf(missing('mariadb'))('of MariaDB', async () => {
    const { host, port } = await started(startMariadb())
    const pool = createPool(`mysql://watchman:${ENCODED}@${host}:${port}/watchman`)
    closeLater(() => pool.end())
    await ofDatabase(mysql2Probe(pool), /Access denied for user 'watchman'@'.*' \(using password: YES\)/)
  })

  test('of MongoDB', async () => {
    const { host, port } = await started(startMongodb())
    const client = new MongoClient(`mongodb://app:${ENCODED}@${host}:${port}`, {
      serverSelectionTimeoutMS: 3000,
    })
    closeLater(() => client.close())
    await ofDatabase(mongodbProbe(client), /auth|sasl/i)
  })

  test.skipIf(missing('redis'))('of Redis, whose clients log in by HELLO or AUTH', async () => {
    const { host, port } = await started(startRedis({ password: 'another' }))
    for (const RESP of [2, 3] as const) {
      const client = createClient({ url: `redis://default:${ENCODED}@${host}:${port}`, RESP })
      silent(client)
      client.connect().catch(() => {})
      closeLater(() => client.destroy())
      await ofCache(redisProbe(client), /WRONGPASS/)
    }
    const ioredis = new Redis({ host, port, password: PASSWORD, lazyConnect: true })
    silent(ioredis)
    closeLater(() => ioredis.disconnect())
    await ofCache(ioredisProbe(ioredis), /WRONGPASS|NOAUTH/)
    const keyv = new Keyv(new KeyvRedis(`redis://default:${ENCODED}@${host}:${port}`))
    silent(keyv)
    closeLater(() => keyv.disconnect())
    await ofCache(keyvProbe(keyv), /WRONGPASS/)
  })

  test.skipIf(missing('redis'))(
    'of a Redis without HELLO and AUTH, which repeats the parameters of a command that it does not know',
    async () => {
      const renamed = ['--rename-command', 'HELLO', '', '--rename-command', 'AUTH', '']
      const { host, port } = await started(startRedis({ arguments: renamed }))
      for (const RESP of [2, 3] as const) {
        const client = createClient({ url: `redis://default:${ENCODED}@${host}:${port}`, RESP })
        silent(client)
        client.connect().catch(() => {})
        closeLater(() => client.destroy())
        await ofCache(redisProbe(client), /unknown command .*(?:HELLO|AUTH)/)
      }
      for (const options of [{ password: PASSWORD }, { username: 'app', password: PASSWORD }]) {
        const ioredis = new Redis({ host, port, ...options, lazyConnect: true, retryStrategy: null })
        silent(ioredis)
        closeLater(() => ioredis.disconnect())
        await ofCache(ioredisProbe(ioredis), /unknown command 'auth', with args beginning with: \*\*\*/)
      }
    },
  )

  test.skipIf(missing('redis'))('of a Redis Cluster without HELLO and AUTH', async () => {
    const renamed = ['--rename-command', 'HELLO', '', '--rename-command', 'AUTH', '']
    const { host, port } = await started(startRedis({ cluster: true, arguments: renamed }))
    const cluster = createCluster({
      rootNodes: [{ url: `redis://default:${ENCODED}@${host}:${port}` }],
      defaults: { password: PASSWORD },
    })
    silent(cluster)
    cluster.connect().catch(() => {})
    const ofIoredis = new Cluster([{ host, port }], {
      lazyConnect: true,
      redisOptions: { password: PASSWORD },
      clusterRetryStrategy: () => null,
    })
    silent(ofIoredis)
    closeLater(() => ofIoredis.disconnect())
    await ofCache(redisProbe(cluster), /unknown command 'HELLO'/)
    await ofCache(ioredisProbe(ofIoredis), /unknown command 'auth'/)
  })

  test.skipIf(missing('memcached'))('of memcached, which knows no passwords', async () => {
    const { host, port } = await started(startMemcached())
    const client = memjs.Client.create(`${host}:${port}`, { username: 'app', password: PASSWORD, retries: 1 })
    closeLater(() => client.close())
    await ofCache(memjsProbe(client), /^$/) // it answers SET before it is asked to log in
  })

  test('of a mail server', async () => {
    const { host, port } = await started(startSmtp({ auth: { user: 'app', pass: 'another' } }))
    const ofEmail = (probe: Probe) => expectSecrecy(probe, email(probe), /Invalid login: 535/)
    for (const authMethod of ['PLAIN', 'LOGIN']) {
      const transporter = nodemailer.createTransport({
        host,
        port,
        authMethod,
        auth: { user: 'app', pass: PASSWORD },
      })
      closeLater(() => transporter.close())
      for (const mode of ['send', 'verify'] as const) await ofEmail(nodemailerProbe(transporter, { mode }))
    }
  })

  test('of an object storage', async () => {
    const { region, url } = await started(startS3())
    const client = new S3Client({
      region,
      endpoint: url,
      forcePathStyle: true,
      credentials: { accessKeyId: 'app', secretAccessKey: PASSWORD, sessionToken: PASSWORD },
    })
    closeLater(() => client.destroy())
    const { error, all } = await shownOf(storage(s3Probe(client, { bucket: 'watchman' })))
    expect(error).toMatch(/^InvalidAccessKeyId: The AWS Access Key Id you provided does not exist/)
    for (const form of FORMS) expect(all).not.toContain(form)
  })
})
