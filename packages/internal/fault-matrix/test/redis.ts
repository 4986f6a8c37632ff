import KeyvRedis from '@keyv/redis'
import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { keyvProbe } from '@watchman/cache/keyv'
import { redisProbe } from '@watchman/cache/redis'
import { type Driver, type Kind, networkFaults, type Setup, serverFaults } from '@watchman/fault-matrix'
import { missing } from '@watchman/servers'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import { createClient } from 'redis'
import {
  account,
  connectionsOf,
  countListeners,
  keysOf,
  lastingKeysOf,
  newPrefix,
  type RedisBackend,
  SECRETS,
  startBackend,
} from './redis-backend.ts'
import { redisFaults } from './redis-faults.ts'

const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
const BROKEN = /Socket closed unexpectedly|ECONNRESET|EPIPE/
const UNKNOWN = /getaddrinfo \w+ nonexistent\.invalid/
const LATE = /^timed out after 800 ms$/
const GARBAGE = /the server does not speak the Redis protocol/

/** A client that loses an answer waits for it for good, and for what comes after it. */
const STUCK = { reads: GARBAGE, lasting: GARBAGE }

const credentials = ({ anonymous = false }: Setup = {}) => (anonymous ? {} : account)

interface Queues {
  readonly offlineQueue: { readonly length: number }
  readonly commandQueue: { readonly length: number }
}

const ofIoredis: Driver<RedisBackend> = {
  name: 'ioredis `Redis`',
  open({ server }, setup: Setup = {}) {
    const { host, port } = setup.address ?? server
    const prefix = newPrefix()
    const opened = new Redis({
      ...{ host, port, lazyConnect: true, maxLoadingRetryTime: 100, ...(setup.tls && { tls: {} }) },
      ...credentials(setup),
    })
    opened.on('error', () => {})
    const queues: Queues = Object(opened)
    const listeners = countListeners(opened)
    return {
      probe: ioredisProbe(opened, { prefix }),
      leftovers: async () => ({
        keys: await (opened.status === 'ready' ? keysOf : lastingKeysOf)(server, prefix),
        connections: (await connectionsOf(server)) - (opened.status === 'ready' ? 1 : 0),
        'commands waiting': queues.offlineQueue.length + queues.commandQueue.length,
        listeners: listeners(),
      }),
      close: () => opened.disconnect(),
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': /^no answer: connect ECONNREFUSED/, // asks anew by itself
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': { reads: UNKNOWN, lasting: UNKNOWN },
    'TLS is expected and not offered': {
      reads: /^not connected \(connecting with TLS\)/,
      lasting: /^not connected \(connecting with TLS\)/,
    },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': /^Command aborted due to connection close/,
    'answers garbage': GARBAGE,
    'something else answers on the port': GARBAGE,
    'accepts and says nothing': /^not connected \(waiting for the server to be ready\)/,
    'accepts and closes at once': /EPIPE|ECONNRESET|the connection was closed/,
    'wrong password (WRONGPASS)': /WRONGPASS/,
    'no password given (NOAUTH)': { reads: /NOAUTH/, lasting: /NOAUTH/ },
    'no permission to write (NOPERM)': /^NOPERM/,
    'out of memory (OOM)': /^OOM/,
    'a replica, whose primary is away (READONLY)': /^READONLY/,
    'loading its data (LOADING)': /^LOADING/,
    'loading its data from the start': /^not connected \(waiting for the server to be ready\)/,
  },
}

const ofRedis: Driver<RedisBackend> = {
  name: 'redis `createClient()`',
  open({ server }, setup: Setup = {}) {
    const { host, port } = setup.address ?? server
    const prefix = newPrefix()
    const opened = createClient({
      socket: { host, port, ...(setup.tls && { tls: true }) },
      ...credentials(setup),
    })
    opened.on('error', () => {})
    const listeners = countListeners(opened)
    const probe = redisProbe(opened, { prefix })
    return {
      // Connects when it is first asked, so that a fault can be there before.
      probe(signal) {
        if (!opened.isOpen) opened.connect().catch(() => {})
        return probe(signal)
      },
      leftovers: async () => ({
        keys: await (opened.isReady ? keysOf : lastingKeysOf)(server, prefix),
        connections: (await connectionsOf(server)) - (opened.isReady ? 1 : 0),
        listeners: listeners(),
      }),
      close: () => opened.isOpen && opened.destroy(),
    }
  },
  cells: {
    ...ofIoredis.cells,
    'killed (SIGKILL) while it is asked': BROKEN,
    'the connection is cut in the middle of an answer': BROKEN,
    'answers garbage': STUCK,
    'accepts and says nothing': /^not connected \(connecting\): timed out/,
    'accepts and closes at once': BROKEN,
    'loading its data from the start': /^LOADING/,
  },
}

const ofKeyv: Driver<RedisBackend> = {
  name: 'keyv with `@keyv/redis`',
  open({ server }, setup: Setup = {}) {
    const { host, port } = setup.address ?? server
    const prefix = newPrefix()
    const store = new KeyvRedis({
      socket: { host, port, ...(setup.tls && { tls: true }) },
      ...credentials(setup),
    })
    const opened = new Keyv({ store })
    opened.on('error', () => {})
    const before = opened.listeners('error').length
    const isReady = () => Object(store.client).isReady === true
    return {
      probe: keyvProbe(opened, { prefix }),
      leftovers: async () => ({
        keys: await (isReady() ? keysOf : lastingKeysOf)(server, prefix),
        connections: (await connectionsOf(server)) - (isReady() ? 1 : 0),
        listeners: opened.listeners('error').length - before,
      }),
      close: () => store.disconnect(true),
    }
  },
  cells: {
    ...ofRedis.cells,
    'TLS is expected and not offered': { reads: LATE, lasting: LATE },
    'accepts and says nothing': LATE,
    'no permission to write (NOPERM)': /^the store did not take the value: NOPERM/,
    'out of memory (OOM)': /^the store did not take the value: OOM/,
    'a replica, whose primary is away (READONLY)': /^the store did not take the value: READONLY/,
    'loading its data (LOADING)': /^the store did not take the value: LOADING/,
    'loading its data from the start': /^the store did not take the value: LOADING/,
  },
}

export const redisKind: Kind<RedisBackend> = {
  name: 'Redis',
  missing: missing('redis'),
  start: startBackend,
  secrets: () => SECRETS,
  check: caches,
  faults: { ...serverFaults, ...networkFaults, ...redisFaults },
  drivers: [ofIoredis, ofRedis, ofKeyv],
}
