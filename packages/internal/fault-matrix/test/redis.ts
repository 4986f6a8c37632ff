import { setTimeout as sleep } from 'node:timers/promises'
import KeyvRedis from '@keyv/redis'
import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { keyvProbe } from '@watchman/cache/keyv'
import { redisProbe } from '@watchman/cache/redis'
import { memberOf } from '@watchman/core/driver'
import {
  type BackendSpec,
  type ClientOptions,
  type DriverSpec,
  networkFaults,
  type ProxiedServer,
  serverFaults,
} from '@watchman/fault-matrix'
import { missing, type Server } from '@watchman/servers'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import { createClient } from 'redis'
import { lengthOf } from './length-of.ts'
import {
  account,
  connectingProbe,
  countConnections,
  countKeys,
  countListeners,
  newPrefix,
  SECRETS,
  startBackend,
} from './redis-backend.ts'
import { redisFaults } from './redis-faults.ts'

const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
const BROKEN = /Socket closed unexpectedly|ECONNRESET|EPIPE/
const UNKNOWN = /getaddrinfo \w+ nonexistent\.invalid/
const LATE = /^timed out after 800 ms$/
const GARBAGE = /the server does not speak the Redis protocol/

/** A client that loses a response waits for it forever, and so does everything that it is asked later. */
const STUCK = { message: GARBAGE, stickyMessage: GARBAGE }

const credentials = ({ anonymous = false }: ClientOptions) => (anonymous ? {} : account)

/** The options of node-redis. */
function toOptions(server: Server, options: ClientOptions) {
  const { host, port } = options.address ?? server
  return { socket: { host, port, ...(options.tls && { tls: true as const }) }, ...credentials(options) }
}

const ioredisDriver: DriverSpec<ProxiedServer> = {
  name: 'ioredis `Redis`',
  open({ server }, options = {}) {
    const { host, port } = options.address ?? server
    const prefix = newPrefix()
    const client = new Redis({
      ...{ host, port, lazyConnect: true, maxLoadingRetryTime: 100, ...(options.tls && { tls: {} }) },
      ...credentials(options),
    })
    client.on('error', () => {})
    const isReady = () => client.status === 'ready'
    const listeners = countListeners(client)
    return {
      probe: ioredisProbe(client, { prefix }),
      leftovers: async () => ({
        keys: await countKeys(server, prefix, isReady()),
        connections: (await countConnections(server)) - (isReady() ? 1 : 0),
        'commands waiting': lengthOf(client, 'offlineQueue') + lengthOf(client, 'commandQueue'),
        listeners: listeners(),
      }),
      close: () => client.disconnect(),
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': /^no answer: connect ECONNREFUSED/, // the client retries the command
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': { message: UNKNOWN, stickyMessage: UNKNOWN },
    'TLS is expected and not offered': {
      message: /^not connected \(connecting with TLS\)/,
      stickyMessage: /^not connected \(connecting with TLS\)/,
    },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': /^Command aborted due to connection close/,
    'answers garbage': GARBAGE,
    'something else answers on the port': GARBAGE,
    'accepts and says nothing': /^not connected \(waiting for the server to be ready\)/,
    'accepts and closes at once': /EPIPE|ECONNRESET|the connection was closed/,
    'open connections go silent, new ones work': { message: LATE, stickyMessage: LATE },
    'the server closes idle connections': 'ok',
    'an administrator ends idle connections (CLIENT KILL)': 'ok',
    'every write is held back (CLIENT PAUSE)': LATE,
    'wrong password (WRONGPASS)': /WRONGPASS/,
    'no password given (NOAUTH)': { message: /NOAUTH/, stickyMessage: /NOAUTH/ },
    'no permission to write (NOPERM)': /^NOPERM/,
    'out of memory (OOM)': /^OOM/,
    'a replica, whose primary is away (READONLY)': /^READONLY/,
    'loading its data (LOADING)': /^LOADING/,
    'loading its data from the start': /^not connected \(waiting for the server to be ready\)/,
  },
}

const redisDriver: DriverSpec<ProxiedServer> = {
  name: 'redis `createClient()`',
  open({ server }, options = {}) {
    const prefix = newPrefix()
    const client = createClient(toOptions(server, options))
    client.on('error', () => {})
    const listeners = countListeners(client)
    return {
      probe: connectingProbe(client, redisProbe(client, { prefix })),
      leftovers: async () => ({
        keys: await countKeys(server, prefix, client.isReady),
        connections: (await countConnections(server)) - (client.isReady ? 1 : 0),
        listeners: listeners(),
      }),
      close: () => client.isOpen && client.destroy(),
    }
  },
  cells: {
    ...ioredisDriver.cells,
    'killed (SIGKILL) while it is asked': BROKEN,
    'the connection is cut in the middle of an answer': BROKEN,
    'answers garbage': STUCK,
    'accepts and says nothing': /^not connected \(connecting\): timed out/,
    'accepts and closes at once': BROKEN,
    'loading its data from the start': /^LOADING/,
  },
}

const keyvDriver: DriverSpec<ProxiedServer> = {
  name: 'keyv with `@keyv/redis`',
  open({ server }, options = {}) {
    const prefix = newPrefix()
    const store = new KeyvRedis(toOptions(server, options))
    const keyv = new Keyv({ store })
    keyv.on('error', () => {})
    const before = keyv.listeners('error').length
    const isReady = () => memberOf(store.client, 'isReady') === true
    return {
      probe: keyvProbe(keyv, { prefix }),
      leftovers: async () => ({
        keys: await countKeys(server, prefix, isReady()),
        connections: (await countConnections(server)) - (isReady() ? 1 : 0),
        listeners: keyv.listeners('error').length - before,
      }),
      async close() {
        await store.disconnect(true)
        await sleep(300) // when the pending command fails, the probe deletes its key, for which the store connects again
        await store.disconnect(true)
      },
    }
  },
  cells: {
    ...redisDriver.cells,
    'TLS is expected and not offered': { message: LATE, stickyMessage: LATE },
    'accepts and says nothing': LATE,
    'no permission to write (NOPERM)': /^the store did not take the value: NOPERM/,
    'out of memory (OOM)': /^the store did not take the value: OOM/,
    'a replica, whose primary is away (READONLY)': /^the store did not take the value: READONLY/,
    'loading its data (LOADING)': /^the store did not take the value: LOADING/,
    'loading its data from the start': /^the store did not take the value: LOADING/,
  },
}

export const redisSpec: BackendSpec<ProxiedServer> = {
  name: 'Redis',
  skipReason: missing('redis'),
  start: startBackend,
  secrets: () => SECRETS,
  check: caches,
  faults: { ...serverFaults, ...networkFaults, ...redisFaults },
  drivers: [ioredisDriver, redisDriver, keyvDriver],
}
