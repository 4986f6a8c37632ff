import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
import { describe, expect, onTestFinished, test } from 'vitest'
import { variables } from '../src/variables.ts'
import { folderWith, watchman } from './watchman.ts'

/** Sorted lines of output, without the durations. */
const plain = (text: string) =>
  text
    .replace(/ {2}\d+ ms/g, '')
    .trim()
    .split('\n')
    .sort()

const missingServers = (['postgres', 'mariadb', 'redis', 'memcached'] as const).flatMap(
  (kind) => missing(kind) ?? [],
)

describe('the environment', () => {
  test.skipIf(missingServers[0])(
    `names backends of every kind, which are checked, ${missingServers}`,
    { timeout: 120_000 },
    async () => {
      const [postgres, mariadb, mongodb, redis, memcached, smtp, s3] = await Promise.all([
        startPostgres(),
        startMariadb(),
        startMongodb(),
        startRedis({ password: 'secret' }),
        startMemcached(),
        startSmtp(),
        startS3(),
      ])
      const servers = [postgres, mariadb, mongodb, redis, memcached, smtp, s3]
      onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))))
      const folder = await folderWith()
      const environment = {
        DATABASE_URL: postgres.url,
        DATABASE_URL_ORDERS: mariadb.url,
        DATABASE_URL_DOCUMENTS: mongodb.url,
        REDIS_URL: redis.url,
        MEMCACHED_URL: memcached.url,
        SMTP_URL: smtp.url,
        STORAGE_PATH: folder,
        S3_BUCKET: 'watchman',
        S3_ENDPOINT: s3.url,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        WATCHMAN_TIMEOUT: '15000',
        NODE_NO_WARNINGS: '1', // the SDK has one about Node 20
      }
      const healthy = await watchman(['check', '-v'], { folder, environment })
      expect({ ...healthy, stdout: plain(healthy.stdout) }).toEqual({
        code: 0,
        stderr: '',
        stdout: [
          'ok       caches.default',
          'ok       caches.memcached',
          'ok       databases.default',
          'ok       databases.documents',
          'ok       databases.orders',
          'ok       email',
          'ok       storage.default',
          'ok       storage.s3',
        ],
      })
      expect(smtp.messages).toEqual([])

      const mailing = { ...environment, WATCHMAN_EMAIL_RECIPIENTS: 'a@example.org, b@example.org' }
      expect(await watchman(['check', '-c', 'email'], { folder, environment: mailing })).toMatchObject({
        code: 0,
      })
      expect(smtp.messages).toMatchObject([{ to: ['a@example.org', 'b@example.org'] }])

      await Promise.all(servers.map((server) => server.kill()))
      const dead = await watchman(['check'], {
        folder,
        environment: { ...environment, WATCHMAN_TIMEOUT: '3000' },
      })
      expect(dead.code).toBe(1)
      const failing = plain(dead.stdout).map((line) => line.replace(/^(\w+ +\S+).*/, '$1'))
      expect(failing).toEqual([
        'failing  caches.default',
        'failing  caches.memcached',
        'failing  databases.default',
        'failing  databases.documents',
        'failing  databases.orders',
        'failing  email',
        'failing  storage.s3',
      ])
      expect(dead.stdout + dead.stderr).not.toContain('secret')
    },
  )

  // The newest better-sqlite3 needs Node 22, on which `npm test` runs this file as well.
  if (Number(process.versions.node.split('.')[0]) >= 22) {
    test('names an SQLite file, which may be created later', async () => {
      const folder = await folderWith()
      const environment = { DATABASE_URL: 'sqlite:./app.db' }
      const without = await watchman(['check'], { folder, environment })
      expect(without).toMatchObject({ code: 1, stdout: expect.stringContaining('databases.default') })
      const { default: Database } = await import('better-sqlite3')
      new Database(`${folder}/app.db`).exec('CREATE TABLE a (b)').close()
      for (const url of ['sqlite:./app.db', 'file:app.db?mode=ro', `sqlite://${folder}/app.db`]) {
        expect(await watchman(['check'], { folder, environment: { DATABASE_URL: url } })).toEqual({
          code: 0,
          stdout: '',
          stderr: '',
        })
      }
    })

    test('opens SQLite files by node:sqlite if better-sqlite3 is not installed', async () => {
      const folder = await folderWith({ 'hide.mjs': HIDE }, false)
      const hidden = { NODE_OPTIONS: `--import ${folder}/hide.mjs`, HIDDEN: 'better-sqlite3' }
      const call = { folder, environment: { ...hidden, DATABASE_URL: 'sqlite:app.db' } }
      expect(await watchman(['check'], call)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('unable to open database file'),
      })
      const { default: Database } = await import('better-sqlite3')
      new Database(`${folder}/app.db`).exec('CREATE TABLE a (b)').close()
      expect(await watchman(['check'], call)).toMatchObject({ code: 0, stdout: '' })
    })
  }

  test('prints the command that installs a client, and loads only the clients that it needs', async () => {
    const folder = await folderWith({ 'hide.mjs': HIDE }, false)
    const clients = {
      'DATABASE_URL=postgres://me:secret@localhost/': 'pg',
      'DATABASE_URL=mysql://me:secret@localhost/': 'mysql2',
      'DATABASE_URL_DOCS=mongodb://me:secret@localhost/': 'mongodb',
      'REDIS_URL=redis://me:secret@localhost/': 'ioredis',
      'MEMCACHED_URL=memcached://localhost': 'memjs',
      'SMTP_URL=smtp://me:secret@localhost/': 'nodemailer',
      'S3_BUCKET=uploads': '@aws-sdk/client-s3',
    }
    const hidden = {
      NODE_OPTIONS: `--import ${folder}/hide.mjs`,
      HIDDEN: ['redis', 'postgres', ...Object.values(clients)].join(','),
    }
    const ended = await Promise.all(
      Object.keys(clients).map((variable) => {
        const [name = '', value = ''] = variable.split(/=(.*)/s)
        return watchman(['check'], { folder, environment: { ...hidden, [name]: value } })
      }),
    )
    for (const [index, [variable, client]] of Object.entries(clients).entries()) {
      const message = `${variable.replace(/=.*/, '')} needs the package ${client}, which is not installed: npm install ${client}`
      expect(ended[index]).toEqual({ code: 3, stdout: '', stderr: `watchman-health: ${message}\n` })
    }
    const environment = { ...hidden, STORAGE_PATH: '.' }
    expect(await watchman(['check'], { folder, environment })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  describe.each([
    ['redis', 'ioredis', 'REDIS_URL', 'caches.default', startRedis],
    ['postgres', 'pg', 'DATABASE_URL', 'databases.default', startPostgres],
  ] as const)('%s', (kind, absent, variable, target, start) => {
    const reason = missing(kind)
    test.skipIf(reason)(`uses the client that is installed, without ${absent} ${reason ?? ''}`, async () => {
      const server = await start()
      onTestFinished(() => server.stop())
      const folder = await folderWith({ 'hide.mjs': HIDE })
      const hidden = { NODE_OPTIONS: `--import ${folder}/hide.mjs`, HIDDEN: absent }
      const call = { folder, environment: { ...hidden, [variable]: server.url, WATCHMAN_TIMEOUT: '15000' } }
      expect(await watchman(['check'], call)).toEqual({ code: 0, stdout: '', stderr: '' })
      await server.kill()
      expect(await watchman(['check'], call)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(target),
      })
    })
  })

  test('prefers the client of the folder where it is called to its own', async () => {
    const folder = await folderWith({}, false)
    const own = join(folder, 'node_modules/pg')
    await mkdir(own, { recursive: true })
    await writeFile(join(own, 'index.js'), "exports.Pool = function () { throw new Error('of the project') }")
    const call = { folder, environment: { DATABASE_URL: 'postgres://localhost' } }
    expect((await watchman(['check'], call)).stderr).toBe('watchman-health: DATABASE_URL: of the project\n')
  })

  test('names several backends of a kind', async () => {
    const environment = { STORAGE_PATH: '.', STORAGE_PATH_UPLOADS: '/nowhere', WATCHMAN_DETAILS: 'none' }
    const { stdout } = await watchman(['check', '--json'], { folder: await folderWith(), environment })
    expect(JSON.parse(stdout)).toEqual({ storage: [{ default: { ok: true } }, { uploads: { ok: false } }] })
  })

  test('sets options of the endpoint', async () => {
    const folder = await folderWith()
    const environment = { STORAGE_PATH: '/nowhere', WATCHMAN_DETAILS: 'none' }
    expect(await watchman(['check', '--json'], { folder, environment })).toEqual({
      code: 1,
      stdout: '{"storage":{"ok":false}}\n',
      stderr: '',
    })
  })

  const wrong: Readonly<Record<string, string>> = {
    'DATABASE_URL=me:secret@localhost':
      'DATABASE_URL must be a URL that begins with postgres:, postgresql:, mysql:, mariadb:, mongodb:, mongodb+srv:, sqlite:, file:',
    'REDIS_URL=http://me:secret@localhost':
      'REDIS_URL must be a URL that begins with redis:, rediss:, not http:',
    ...Object.fromEntries(
      [
        'SMTP_URL=smtp',
        'REDIS_URL=redis',
        'DATABASE_URL=postgres',
        'DATABASE_URL=mysql',
        'DATABASE_URL=mongodb',
      ]
        .flatMap((start) =>
          ['my#secret', 'my/secret', 'my?secret', '12#secret'].map((password) => [start, password]),
        )
        .map(([start = '', password]) => [
          `${start}://me:${password}@localhost`,
          `${start.replace(/=.*/, '')} must be a URL whose user and password are percent-encoded: # as %23, / as %2F, ? as %3F, @ as %40`,
        ]),
    ),
    'DATABASE_URL=mongodb://me:secret@': expect.stringMatching(/^watchman-health: DATABASE_URL: .+\n$/),
    'WATCHMAN_TOKENS=': 'WATCHMAN_TOKENS: must contain a token, or not be set',
    'WATCHMAN_TOKENS= ,': 'WATCHMAN_TOKENS: must contain a token, or not be set',
    'WATCHMAN_TOKEN_NAME=check':
      'WATCHMAN_TOKEN_NAME must be a non-empty string other than check and skip, without white space around it',
    'WATCHMAN_ERROR_CODE=teapot':
      'WATCHMAN_ERROR_CODE must be an HTTP status from 200 to 599 that allows a body',
    'WATCHMAN_FAILING_STATUS=99':
      'WATCHMAN_FAILING_STATUS must be an HTTP status from 200 to 599 that allows a body',
    'WATCHMAN_DEGRADED_STATUS=204':
      'WATCHMAN_DEGRADED_STATUS must be an HTTP status from 200 to 599 that allows a body',
    'WATCHMAN_TIMEOUT=5s': 'WATCHMAN_TIMEOUT must be a number from 1 to 2147483647',
    'WATCHMAN_TIMEOUT=0': 'WATCHMAN_TIMEOUT must be a number from 1 to 2147483647',
    'WATCHMAN_DETAILS=some': 'WATCHMAN_DETAILS: must be full or none',
    'WATCHMAN_EXPOSE_VERSION=yes': 'WATCHMAN_EXPOSE_VERSION: must be true or false',
    'WATCHMAN_DISABLE=mail': 'WATCHMAN_DISABLE must contain only databases, caches, email, storage, not mail',
    'STORAGE_PATH_DEFAULT=.': 'STORAGE_PATH and STORAGE_PATH_DEFAULT both name storage.default: rename one',
    'WATCHMAN_DISABLE=storage':
      'nothing to check: there is no watchman.config.ts, and the environment names no backend, such as DATABASE_URL or REDIS_URL',
  }
  test.each(Object.entries(wrong))('exits with 3 and one line for %s', async (variable, message) => {
    const [name = '', value = ''] = variable.split(/=(.*)/s)
    const environment = { STORAGE_PATH: '.', [name]: value }
    const stderr = typeof message === 'string' ? `watchman-health: ${message}\n` : message
    const ended = await watchman(['check'], { folder: await folderWith(), environment })
    expect(ended).toEqual({ code: 3, stdout: '', stderr })
    expect(ended.stderr).not.toContain('secret')
  })

  test.each([
    ['SMTP_URL', 'smtp://me:12%23secret@127.0.0.1:1'],
    ['SMTP_URL', 'smtp://127.0.0.1:1?name=me@example.org'],
    ['DATABASE_URL', 'postgres://127.0.0.1:1/me@home?user=me@example.org'],
    ['REDIS_URL', 'redis://[::1]:1/0?name=me@example.org'],
    ['MEMCACHED_URL', 'memcached://127.0.0.1:1,memcached://me:secret@127.0.0.1:1'],
  ])('accepts an @ or a # elsewhere in a URL: %s=%s', async (name, value) => {
    const environment = { [name]: value, NODE_NO_WARNINGS: '1' }
    expect(await watchman(['check'], { folder: await folderWith(), environment })).toMatchObject({
      code: 1,
      stderr: '',
    })
  })

  test('is documented in the README, variable by variable', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    for (const [name, what] of Object.entries(variables)) {
      expect(readme).toContain(`| \`${name}\` | ${what} |`)
    }
    const rows = readme.match(/^\| `[A-Z\d_]+` \|/gm) ?? []
    expect(rows).toHaveLength(Object.keys(variables).length)
  })
})

/** Hides the packages of HIDDEN from Node, as if they were not installed. */
const HIDE = `
import Module from 'node:module'
const resolve = Module._resolveFilename
Module._resolveFilename = function (name, ...rest) {
  if (process.env.HIDDEN.split(',').includes(name)) {
    throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' })
  }
  return resolve.call(this, name, ...rest)
}
`
