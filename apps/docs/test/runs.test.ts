import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
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
import getPort from 'get-port'
import { expect, test } from 'vitest'
import { readDrivers } from '../../../packages/internal/release/src/drivers.ts'
import { type Page, pageAt } from '../src/pages.ts'
import { ROOT } from '../src/root.ts'
import { answerOf, FLAGS, runExample, writeExample } from './run-example.ts'

const run = promisify(execFile)
const PATIENCE = 120_000

/** Returns why a server that a test needs is missing. */
function without(...kinds: readonly Parameters<typeof missing>[0][]): string | undefined {
  return kinds.map((kind) => missing(kind)).find((reason) => reason !== undefined)
}

/** The first block of that language. */
function first({ blocks }: Page, language: string): string {
  return blocks.find((block) => block.language === language)?.code ?? ''
}

/** Pages whose example needs a server that can be started here. better-sqlite3 must be built; the others need remote servers. */
const CHECKS = [
  ...readDrivers()
    .filter(({ matrix, name }) => matrix !== undefined && name !== 'sqlite')
    .map(({ page }) => page),
  'system',
]

const noServers = without('postgres', 'mariadb', 'redis', 'memcached')

test.skipIf(noServers)(
  `the example on the page of each check is ok ${noServers ?? ''}`,
  async () => {
    const servers = await Promise.all([
      startPostgres(),
      startMariadb(),
      startMongodb(),
      startRedis(),
      startMemcached(),
      startSmtp(),
      startS3({ buckets: ['uploads'] }),
    ])
    const [postgres, mariadb, mongodb, redis, memcached, smtp, s3] = servers
    const ask = `
      for (const name of process.argv.slice(2)) {
        const { watchman } = await import('./' + name + '.ts')
        const { body, state } = await watchman.report()
        console.log(name, state, JSON.stringify(body))
      }
      process.exit()
    `
    const examples = CHECKS.map((name) => [`${name}.ts`, first(pageAt(`checks/${name}.md`), 'ts')])
    const folder = writeExample({ ...Object.fromEntries(examples), 'ask.ts': ask, 'uploads/.keep': '' })
    try {
      const { stdout } = await run(process.execPath, [...FLAGS, 'ask.ts', ...CHECKS], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          DATABASE_URL: postgres.url,
          MYSQL_URL: mariadb.url,
          MONGODB_URL: mongodb.url,
          REDIS_URL: redis.url,
          MEMCACHED_SERVERS: `127.0.0.1:${memcached.port}`,
          SMTP_URL: smtp.url,
          AWS_REGION: s3.region,
          AWS_ACCESS_KEY_ID: s3.accessKeyId,
          AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
          AWS_ENDPOINT_URL_S3: s3.url,
        },
      })
      const lines = stdout.trimEnd().split('\n')
      expect(lines).toEqual(
        CHECKS.map((name) => expect.stringMatching(new RegExp(`^${name} ok \\{.*"ok":true`))),
      )
      expect(smtp.messages, "the mode 'verify' sends nothing").toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
      await Promise.all(servers.map((server) => server.stop()))
    }
  },
  PATIENCE,
)

test.skipIf(missing('redis'))(
  `the checks of Redis need only the permissions that the pages name ${missing('redis') ?? ''}`,
  async () => {
    const server = await startRedis()
    const { createClient } = await import('redis')
    const admin = await createClient({ url: server.url }).on('error', console.error).connect()
    try {
      for (const path of ['checks/ioredis.md', 'checks/redis.md']) {
        const block = pageAt(path).blocks.find(({ code }) => code.startsWith('redis-cli ')) // ACL SETUSER app …
        const words = (block?.code ?? '').trim().replaceAll("'", '').split(' ').slice(1)
        await admin.sendCommand([...words, 'on', '>app-secret'])
        const url = server.url.replace(/\/\/.*@|\/\//, '//app:app-secret@')
        const code = `${first(pageAt(path), 'ts')}\nconsole.log(JSON.stringify((await watchman.report()).body))\nprocess.exit()`
        const folder = writeExample({ 'app.ts': code })
        const { stdout } = await run(process.execPath, [...FLAGS, 'app.ts'], {
          cwd: folder,
          env: { PATH: process.env.PATH, REDIS_URL: url },
        })
        rmSync(folder, { recursive: true })
        expect(stdout.trim(), path).toBe('{"caches":[{"default":{"ok":true}}]}')
      }
    } finally {
      admin.destroy()
      await server.stop()
    }
  },
  PATIENCE,
)

test.skipIf(missing('postgres'))(
  `an app that shuts down as the pages show first answers 503 ${missing('postgres') ?? ''}`,
  async () => {
    const postgres = await startPostgres()
    const examples = [
      pageAt('operations/shutdown.md').blocks.find(({ code }) => code.includes('gracefulShutdown({')),
      pageAt('operations/shutdown.md').blocks.find(({ code }) => code.includes('enableShutdownHooks')),
      pageAt('coming-from/godaddy-terminus.md').blocks.filter(({ language }) => language === 'ts')[1],
    ]
    try {
      for (const example of examples) {
        const code = `${example?.code}`.replace('delay: 5000', 'delay: 1000')
        const mount = code.includes("prefix: '/health'") ? '/health' : '/watchman'
        const app = await runExample(code, { DATABASE_URL: postgres.url })
        try {
          await answerOf(`${app.url}${mount}/bare`, 200)
          const ended = app.end()
          await answerOf(`${app.url}${mount}/bare`, 503)
          expect(await ended).toBe(code.includes('NestFactory') ? 'SIGTERM' : 0)
        } finally {
          await app.stop()
        }
      }
    } finally {
      await postgres.stop()
    }
  },
  PATIENCE,
)

test.skipIf(missing('postgres'))(
  `the command prints what its page shows ${missing('postgres') ?? ''}`,
  async () => {
    const [postgres, closed] = await Promise.all([startPostgres(), getPort({ host: '127.0.0.1' })])
    const page = pageAt('reference/command-line.md')
    const [, , line = ''] = first(page, 'sh').trim().split('\n')
    const bin = join(ROOT, 'packages/tools/cli/src/bin.ts')
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: postgres.url,
      REDIS_URL: `redis://127.0.0.1:${closed}`,
    }
    const words = line.replace('npx watchman-health ', '').split(' ')
    const parameters = [...FLAGS, bin, ...words]
    try {
      // It looks for a configuration from the current folder upwards.
      const loader = FLAGS.map((flag) => (flag === 'tsx' ? import.meta.resolve('tsx') : flag))
      const called = run(process.execPath, [...loader, ...parameters.slice(FLAGS.length)], {
        cwd: tmpdir(),
        env,
      })
      const { code, stdout } = await called.catch((error) => error)
      expect(code).toBe(1)
      const general = (text: string) =>
        text
          .replace(/\d+ ms/g, '… ms')
          .replace(/127\.0\.0\.1:\d+/g, '…')
          .replace(/ +/g, ' ')
          .trim()
          .split('\n')
          .toSorted() // each is printed as soon as it finishes
      expect(general(stdout)).toEqual(general(first(page, 'console')))
    } finally {
      await postgres.stop()
    }
  },
  PATIENCE,
)
