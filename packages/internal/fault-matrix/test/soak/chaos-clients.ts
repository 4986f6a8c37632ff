import { Agent } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import KeyvRedis from '@keyv/redis'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { keyvProbe } from '@watchman/cache/keyv'
import { memjsProbe } from '@watchman/cache/memjs'
import { redisProbe } from '@watchman/cache/redis'
import type { Probe } from '@watchman/core'
import { mongodbProbe } from '@watchman/db/mongodb'
import { mysql2Probe } from '@watchman/db/mysql2'
import { pgProbe } from '@watchman/db/pg'
import { postgresProbe } from '@watchman/db/postgres'
import { nodemailerProbe } from '@watchman/email/nodemailer'
import { httpProbe } from '@watchman/http'
import { tcpProbe } from '@watchman/http/tcp'
import { fsProbe } from '@watchman/storage/fs'
import { s3Probe } from '@watchman/storage/s3'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import { Client } from 'memjs'
import { MongoClient } from 'mongodb'
import { createPool } from 'mysql2/promise'
import { createTransport } from 'nodemailer'
import postgres from 'pg'
import postgresJs from 'postgres'
import { createClient } from 'redis'
import { lengthOf } from '../length-of.ts'
import { type BackendName, PREFIX, type Urls } from './chaos-protocol.ts'

/** A client of the application. */
interface ChaosClient {
  readonly check: 'databases' | 'caches' | 'email' | 'storage' | 'services'
  readonly name: string
  readonly probe: Probe
  /** Counts what must be 0 when no probe runs. @default nothing */
  readonly held?: () => Readonly<Record<string, number>>
}

/** The number of connections of a pool. */
const POOL_SIZE = 3

/** Milliseconds after which a pool closes a connection that nobody uses, so that they do not count as left open. */
const IDLE_TIMEOUT = 1000

/** Milliseconds between two attempts of a client to connect again. */
const RETRY_DELAY = 200

const ignore = () => {}

/** Opens the clients of each backend. */
const open: Readonly<Record<BackendName, (url: string) => readonly ChaosClient[]>> = {
  postgres: (url) => [pgPool(url), postgresPool(url)],
  mariadb: (url) => [mysqlPool(url)],
  mongodb: (url) => [mongoClient(url)],
  redis: (url) => [ioredisClient(url), redisClient(url), keyvStore(url)],
  memcached(url) {
    const client = Client.create(url, { logger: { log: ignore } })
    return [{ check: 'caches', name: 'memjs', probe: memjsProbe(client, { prefix: PREFIX }) }]
  },
  smtp: (url) => [directMailer(url), pooledMailer(url)],
  s3: (url) => [s3Client(url)],
  http: (url) => [
    httpClient(url),
    { check: 'services', name: 'http-new-connection', probe: httpProbe(url) },
    { check: 'services', name: 'tcp', probe: tcpProbe(new URL(url).hostname, Number(new URL(url).port)) },
  ],
  folder: (path) => [{ check: 'storage', name: 'fs', probe: fsProbe(path) }],
}

/** Opens every client of an application whose backends have these URLs. */
export function openClients(urls: Urls): readonly ChaosClient[] {
  return Object.entries(open).flatMap(([name, openAt]) => {
    const url = Object.entries(urls).find(([backend]) => backend === name)?.[1]
    return url ? openAt(url) : []
  })
}

function pgPool(connectionString: string): ChaosClient {
  const pool = new postgres.Pool({ connectionString, max: POOL_SIZE, idleTimeoutMillis: IDLE_TIMEOUT })
  pool.on('error', ignore)
  const held = () => ({ busy: pool.totalCount - pool.idleCount, waiting: pool.waitingCount })
  return { check: 'databases', name: 'pg', probe: pgProbe(pool), held }
}

function postgresPool(url: string): ChaosClient {
  const sql = postgresJs(url, {
    max: POOL_SIZE,
    idle_timeout: IDLE_TIMEOUT / 1000,
    connect_timeout: 0.5,
    backoff: () => RETRY_DELAY / 1000,
  })
  return { check: 'databases', name: 'postgres', probe: postgresProbe(sql) }
}

function mysqlPool(uri: string): ChaosClient {
  const pool = createPool({ uri, connectionLimit: POOL_SIZE, maxIdle: 1, idleTimeout: IDLE_TIMEOUT })
  const held = () => ({
    busy: lengthOf(pool.pool, '_allConnections') - lengthOf(pool.pool, '_freeConnections'),
    waiting: lengthOf(pool.pool, '_connectionQueue'),
  })
  return { check: 'databases', name: 'mysql2', probe: mysql2Probe(pool), held }
}

function mongoClient(url: string): ChaosClient {
  const client = new MongoClient(url, {
    maxPoolSize: POOL_SIZE,
    maxIdleTimeMS: IDLE_TIMEOUT,
    connectTimeoutMS: 500,
    heartbeatFrequencyMS: 500,
    minHeartbeatFrequencyMS: 100,
  })
  client.on('error', ignore)
  let busy = 0
  client.on('connectionCheckedOut', () => {
    busy += 1
  })
  client.on('connectionCheckedIn', () => {
    busy -= 1
  })
  return { check: 'databases', name: 'mongodb', probe: mongodbProbe(client), held: () => ({ busy }) }
}

function ioredisClient(url: string): ChaosClient {
  const client = new Redis(url, { retryStrategy: () => RETRY_DELAY, maxLoadingRetryTime: RETRY_DELAY })
  client.on('error', ignore)
  const held = () => ({ waiting: lengthOf(client, 'offlineQueue') + lengthOf(client, 'commandQueue') })
  return { check: 'caches', name: 'ioredis', probe: ioredisProbe(client, { prefix: PREFIX }), held }
}

function redisClient(url: string): ChaosClient {
  const client = createClient({ url, socket: { reconnectStrategy: RETRY_DELAY } })
  client.on('error', ignore)
  client.connect().catch(ignore)
  return { check: 'caches', name: 'redis', probe: redisProbe(client, { prefix: PREFIX }) }
}

function keyvStore(url: string): ChaosClient {
  const store = new KeyvRedis({ url, socket: { reconnectStrategy: RETRY_DELAY } })
  const keyv = new Keyv({ store })
  keyv.on('error', ignore)
  return { check: 'caches', name: 'keyv', probe: keyvProbe(keyv, { prefix: PREFIX }) }
}

function directMailer(url: string): ChaosClient {
  const transporter = createTransport(url)
  return { check: 'email', name: 'nodemailer', probe: nodemailerProbe(transporter, { mode: 'verify' }) }
}

function pooledMailer(url: string): ChaosClient {
  const { hostname: host, port, username: user, password: pass } = new URL(url)
  const transporter = createTransport({ host, port: Number(port), auth: { user, pass }, pool: true })
  const probe = nodemailerProbe(transporter, { mode: 'send', to: 'status@example.com' })
  const held = () => ({ 'queued mails': lengthOf(transporter.transporter, '_queue') })
  return { check: 'email', name: 'pool', probe, held }
}

function s3Client(url: string): ChaosClient {
  const { origin, username: accessKeyId, password: secretAccessKey } = new URL(url)
  const httpAgent = new Agent({ keepAlive: true, maxSockets: POOL_SIZE, timeout: IDLE_TIMEOUT })
  const client = new S3Client({
    endpoint: origin,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: { httpAgent },
  })
  // Not 'health/': s3rver crashes when one request removes an empty folder while another writes to it.
  const probe = s3Probe(client, { bucket: 'uploads', prefix: 'health-' })
  return { check: 'storage', name: 's3', probe, held: () => requestsOf(httpAgent) }
}

function httpClient(url: string): ChaosClient {
  const agent = new Agent({ keepAlive: true, maxSockets: POOL_SIZE })
  return { check: 'services', name: 'http', probe: httpProbe(url, { agent }), held: () => requestsOf(agent) }
}

/** What an agent sends, and what waits for a socket of it. */
function requestsOf({ sockets, requests }: Agent) {
  return {
    requests: Object.values(sockets).flat().length,
    waiting: Object.values(requests).flat().length,
  }
}
