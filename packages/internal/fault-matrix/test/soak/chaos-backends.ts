import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { Server } from '@watchman/servers'
import { listen } from '@watchman/test-helpers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import { expiriesOf, isTooLong, memcachedSpec } from '../memcached.ts'
import { mongodbSpec } from '../mongodb.ts'
import { mysqlSpec } from '../mysql.ts'
import { postgresSpec } from '../postgres.ts'
import { redisSpec } from '../redis.ts'
import { countKeys, account as redisAccount } from '../redis-backend.ts'
import { s3Spec } from '../s3.ts'
import { auth, smtpSpec } from '../smtp.ts'
import { account } from '../sql-backend.ts'
import { type BackendName, PREFIX, TIMEOUT } from './chaos-protocol.ts'
import type { Condition } from './verdict-judge.ts'

/** A backend of the application, and what can happen to it. */
export interface ChaosBackend {
  readonly name: BackendName
  /** The results in the report that show its state, as `check.target`. */
  readonly targets: readonly string[]
  /** Where the application finds it, see `Urls`. */
  readonly url: string
  readonly faults: readonly [ChaosFault, ...ChaosFault[]]
  /** The number of connections that the application has open; 0 where it has none. */
  readonly connections: () => number
  /** Counts the keys, objects and files that probes have left. */
  readonly leftovers: () => Promise<number>
  readonly stop: () => Promise<unknown>
}

/** Something that happens to a backend for a while. */
interface ChaosFault {
  readonly name: string
  /** The condition while it lasts. */
  readonly condition: Condition
  readonly inject: () => unknown
  /** Ends it; the backend works when it resolves. */
  readonly end: () => unknown
}

interface Proxied {
  readonly server?: Server
  readonly proxy: FaultProxy
}

/** What can happen to any backend before which there is a proxy. */
function proxyFaults({ proxy }: Proxied): readonly [ChaosFault, ...ChaosFault[]] {
  const fault = (name: string, inject: () => unknown, condition: Condition = 'broken'): ChaosFault => ({
    name,
    condition,
    inject,
    end: () => proxy.pass(),
  })
  return [
    fault('refuses connections', () => proxy.refuse()),
    fault('hangs', () => proxy.hang()),
    fault('closes connections at once', () => proxy.closeOnConnect()),
    fault('is slow', () => proxy.delay(TIMEOUT / 20), 'unclear'),
    // A client may send several requests before it waits, so that one wait is enough for all.
    fault('resets connections', () => proxy.reset(), 'working'),
  ]
}

/** The answers come late, or not as they were sent. A protocol without framing cannot recover from that. */
function answerFaults({ proxy }: Proxied): readonly ChaosFault[] {
  /** A client that waits for the rest of an answer does so until its connection is closed. */
  const fault = (name: string, inject: () => unknown, condition: Condition = 'broken'): ChaosFault => ({
    name,
    condition,
    inject,
    async end() {
      await proxy.pass()
      proxy.reset()
    },
  })
  return [
    // Some drivers take a late answer for that to their next run, which makes it ok.
    fault('answers too late', () => proxy.delay(3 * TIMEOUT), 'unclear'),
    fault('answers a byte at a time', () => proxy.trickle(TIMEOUT / 2), 'unclear'),
    fault('cuts the connection in the middle of an answer', () => proxy.truncate()),
    fault('answers garbage', () => proxy.sendGarbage()),
  ]
}

/** What can happen to the process of a server. */
function serverFaults(server: Server): readonly ChaosFault[] {
  return [
    { name: 'killed', condition: 'broken', inject: () => server.kill(), end: () => server.restart() },
    { name: 'paused', condition: 'broken', inject: () => server.pause(), end: () => server.resume() },
  ]
}

/**
 * Open connections are lost, and nobody closes them until the operating system gives up, which the reset stands for. A pool, and a
 * client that has timeouts of its own, opens others at once. A client that keeps its connection fails until then.
 */
function blackHole({ proxy }: Proxied, condition: Condition): ChaosFault {
  return {
    name: 'loses open connections',
    condition,
    inject: () => proxy.blackHole(),
    end: () => proxy.reset(),
  }
}

const NO_LEFTOVERS = async () => 0

/** How the application reaches a backend through its proxy. */
const at = ({ proxy: { host, port } }: Proxied) => `${host}:${port}`
const loginOf = (user: string, password: string) =>
  `${encodeURIComponent(user)}:${encodeURIComponent(password)}`

async function startSql(
  name: 'postgres' | 'mariadb',
  spec: typeof postgresSpec,
  targets: readonly string[],
): Promise<ChaosBackend> {
  const backend = await spec.start()
  const scheme = name === 'postgres' ? 'postgres' : 'mysql'
  return {
    name,
    targets,
    url: `${scheme}://${loginOf(account.user, account.password)}@${at(backend)}/${account.database}`,
    faults: [
      ...proxyFaults(backend),
      ...answerFaults(backend),
      ...serverFaults(backend.server),
      blackHole(backend, 'working'),
    ],
    connections: backend.proxy.connections,
    leftovers: NO_LEFTOVERS,
    stop: backend.stop,
  }
}

async function startMongo(): Promise<ChaosBackend> {
  const backend = await mongodbSpec.start()
  return {
    name: 'mongodb',
    targets: ['databases.mongodb'],
    url: `mongodb://${at(backend)}`,
    faults: [
      ...proxyFaults(backend),
      ...answerFaults(backend),
      ...serverFaults(backend.server),
      blackHole(backend, 'working'),
    ],
    connections: backend.proxy.connections,
    leftovers: NO_LEFTOVERS,
    stop: backend.stop,
  }
}

async function startRedis(): Promise<ChaosBackend> {
  const backend = await redisSpec.start()
  return {
    name: 'redis',
    targets: ['caches.ioredis', 'caches.redis', 'caches.keyv'],
    url: `redis://${loginOf(redisAccount.username, redisAccount.password)}@${at(backend)}`,
    faults: [
      ...proxyFaults(backend),
      ...answerFaults(backend),
      ...serverFaults(backend.server),
      blackHole(backend, 'broken'),
    ],
    connections: backend.proxy.connections,
    leftovers: () => countKeys(backend.server, PREFIX, false),
    stop: backend.stop,
  }
}

async function startMemcached(): Promise<ChaosBackend> {
  const backend = await memcachedSpec.start()
  return {
    name: 'memcached',
    targets: ['caches.memjs'],
    url: at(backend),
    // Without those of the answers: the client takes each later response for the rest of one that it did not get.
    faults: [...proxyFaults(backend), ...serverFaults(backend.server), blackHole(backend, 'working')],
    connections: backend.proxy.connections,
    leftovers: async () => (await expiriesOf(backend.server, PREFIX)).filter(isTooLong).length,
    stop: backend.stop,
  }
}

async function startMail(): Promise<ChaosBackend> {
  const backend = await smtpSpec.start()
  return {
    name: 'smtp',
    targets: ['email.nodemailer', 'email.pool'],
    url: `smtp://${loginOf(auth.user, auth.pass)}@${at(backend)}`,
    faults: [
      ...proxyFaults(backend),
      ...answerFaults(backend),
      ...serverFaults(backend.server),
      blackHole(backend, 'working'),
    ],
    connections: backend.proxy.connections,
    leftovers: NO_LEFTOVERS,
    stop: backend.stop,
  }
}

async function startObjectStorage(): Promise<ChaosBackend> {
  const backend = await s3Spec.start()
  const { url, region, accessKeyId, secretAccessKey } = backend.server
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint: url, region, credentials, forcePathStyle: true })
  return {
    name: 's3',
    targets: ['storage.s3'],
    url: `http://${loginOf(accessKeyId, secretAccessKey)}@${at(backend)}`,
    faults: [
      ...proxyFaults(backend),
      ...answerFaults(backend),
      ...serverFaults(backend.server),
      // After an abort the removal of the object waits for 5 s on each lost connection, whatever the timeout is.
      blackHole(backend, 'unclear'),
    ],
    connections: backend.proxy.connections,
    leftovers: async () => (await client.send(new ListObjectsV2Command({ Bucket: 'uploads' }))).KeyCount ?? 0,
    async stop() {
      client.destroy()
      await backend.stop()
    },
  }
}

/** A web service, which runs in this process. */
async function startHttp(): Promise<ChaosBackend> {
  const service = await listen(createServer((_, response) => response.end('up')))
  const proxy = await startFaultProxy(service)
  return {
    name: 'http',
    targets: ['services.http', 'services.http-new-connection'],
    url: `http://${at({ proxy })}`,
    faults: [...proxyFaults({ proxy }), ...answerFaults({ proxy }), blackHole({ proxy }, 'working')],
    connections: proxy.connections,
    leftovers: NO_LEFTOVERS,
    stop: () => Promise.all([proxy.close(), service.close()]),
  }
}

/** A folder that is moved away and back. */
async function startFolder(): Promise<ChaosBackend> {
  const parent = mkdtempSync(join(tmpdir(), 'watchman-chaos-'))
  const folder = mkdtempSync(join(parent, 'uploads-'))
  const moved = join(parent, 'moved')
  return {
    name: 'folder',
    targets: ['storage.fs'],
    url: folder,
    faults: [
      {
        name: 'moved away',
        condition: 'broken',
        inject: () => renameSync(folder, moved),
        end: () => renameSync(moved, folder),
      },
    ],
    connections: () => 0,
    leftovers: async () => readdirSync(folder).length,
    stop: async () => rmSync(parent, { recursive: true }),
  }
}

type Starter = readonly [skipReason: string | undefined, start: () => Promise<ChaosBackend>]

/** Starts every backend that this machine has. */
export function startBackends(): Promise<readonly ChaosBackend[]> {
  const starters: readonly Starter[] = [
    [
      postgresSpec.skipReason,
      () => startSql('postgres', postgresSpec, ['databases.pg', 'databases.postgres']),
    ],
    [mysqlSpec.skipReason, () => startSql('mariadb', mysqlSpec, ['databases.mysql2'])],
    [mongodbSpec.skipReason, startMongo],
    [redisSpec.skipReason, startRedis],
    [memcachedSpec.skipReason, startMemcached],
    [smtpSpec.skipReason, startMail],
    [s3Spec.skipReason, startObjectStorage],
    [undefined, startHttp],
    [undefined, startFolder],
  ]
  return Promise.all(starters.filter(([skipReason]) => !skipReason).map(([, start]) => start()))
}
