import { setTimeout as sleep } from 'node:timers/promises'
import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { redisProbe } from '@watchman/cache/redis'
import { type Driver, type Faults, type Kind, serverFaults } from '@watchman/fault-matrix'
import { missing, type Server } from '@watchman/servers'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import {
  account,
  administer,
  connectionsOf,
  countListeners,
  keysOf,
  lastingKeysOf,
  newPrefix,
  type RedisBackend,
  SECRETS,
  startBackend,
} from './redis-backend.ts'

/** A node that has every slot, and one that could have them. */
interface Backend extends RedisBackend {
  readonly spare: Server
}

/** Milliseconds in which nodes tell each other what they have. */
const PATIENCE = 10_000

async function start(): Promise<Backend> {
  const [node, other] = await Promise.all([startBackend({ cluster: true }), startBackend({ cluster: true })])
  const spare = other.server
  await administer(spare, 'CLUSTER', 'RESET')
  await administer(spare, 'CLUSTER', 'MEET', node.server.host, node.server.port)
  const backend = { ...node, spare, stop: () => Promise.all([node.stop(), other.stop()]) }
  await untilServedBy(backend, node.server)
  return backend
}

/** Waits until both nodes know that all slots are with `owner`, and serve again. */
async function untilServedBy({ server, spare }: Backend, owner: Server): Promise<void> {
  for (const node of [server, spare]) {
    const slotsOf = async () => JSON.stringify(await administer(node, 'CLUSTER', 'SLOTS'))
    const isServed = async () =>
      (await slotsOf()).startsWith(`[[0,16383,["${owner.host}",${owner.port},`) &&
      `${await administer(node, 'CLUSTER', 'INFO')}`.includes('cluster_state:ok')
    const deadline = performance.now() + PATIENCE
    while (!(await isServed())) {
      if (performance.now() > deadline)
        throw new Error(`[faults] the slots are not there: ${await slotsOf()}`)
      await sleep(20)
    }
  }
}

async function move(backend: Backend, owner: Server): Promise<void> {
  for (const node of [backend.server, backend.spare]) {
    await administer(node, 'CLUSTER', 'DELSLOTSRANGE', 0, 16_383)
  }
  await administer(owner, 'CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
  await untilServedBy(backend, owner)
}

const faults: Faults<Backend> = {
  'another node has the key (MOVED)': {
    async bring({ backend }) {
      await move(backend, backend.spare)
      return () => move(backend, backend.server)
    },
  },
  'no node has the key (CLUSTERDOWN)': {
    async bring({ backend }) {
      for (const node of [backend.server, backend.spare]) {
        await administer(node, 'CLUSTER', 'DELSLOTSRANGE', 0, 16_383)
      }
      return async () => {
        await administer(backend.server, 'CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
        await untilServedBy(backend, backend.server)
      }
    },
  },
}

const keysLeft = async ({ server, spare }: Backend, prefix: string, isReady: boolean) => {
  const count = isReady ? keysOf : lastingKeysOf
  return (await count(server, prefix)) + (await count(spare, prefix))
}

const LATE = /^timed out after 800 ms$/
const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
/** A `Cluster` keeps to itself why its nodes are away. */
const AWAY = /Failed to refresh slots cache/
const NOT_SERVED = /CLUSTERDOWN Hash slot not served/

const ofIoredis: Driver<Backend> = {
  name: 'ioredis `Cluster`',
  open(backend) {
    const { host, port } = backend.server
    const opened = new Cluster([{ host, port }], {
      lazyConnect: true,
      redisOptions: account,
    })
    opened.on('error', () => {})
    const prefix = newPrefix()
    return {
      probe: ioredisProbe(opened, { prefix }),
      leftovers: async () => ({
        keys: await keysLeft(backend, prefix, opened.status === 'ready'),
        listeners: opened.listenerCount('error') - 1, // of others it has its own
      }),
      close: () => opened.disconnect(),
    }
  },
  cells: {
    'the server is not started': AWAY,
    'killed (SIGKILL) while it is asked': /Failed to refresh slots cache|^Connection is closed/,
    'killed (SIGKILL) between two probes': AWAY,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'another node has the key (MOVED)': 'ok',
    'no node has the key (CLUSTERDOWN)': /^no answer: the connection was closed/,
  },
}

const ofRedis: Driver<Backend> = {
  name: 'redis `createCluster()`',
  open(backend) {
    const { host, port } = backend.server
    const opened = createCluster({
      rootNodes: [{ socket: { host, port } }],
      defaults: account,
    })
    opened.on('error', () => {})
    const prefix = newPrefix()
    const listeners = countListeners(opened)
    const probe = redisProbe(opened, { prefix })
    return {
      // Connects when it is asked, so that a fault can be there before.
      probe(signal) {
        if (!opened.isOpen) opened.connect().catch(() => {})
        return probe(signal)
      },
      leftovers: async () => ({
        keys: await keysLeft(backend, prefix, opened.isOpen),
        listeners: listeners(),
      }),
      close: () => opened.destroy(),
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': /read ECONNRESET|Socket closed unexpectedly/,
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'another node has the key (MOVED)': 'ok',
    'no node has the key (CLUSTERDOWN)': NOT_SERVED,
  },
}

const ofSingle: Driver<Backend> = {
  name: 'ioredis `Redis`',
  open(backend) {
    const { host, port } = backend.server
    const opened = new Redis({ host, port, ...account })
    opened.on('error', () => {})
    const prefix = newPrefix()
    return {
      probe: ioredisProbe(opened, { prefix }),
      leftovers: async () => ({
        keys: await keysLeft(backend, prefix, opened.status === 'ready'),
        connections: (await connectionsOf(backend.server)) - 1,
      }),
      close: () => opened.disconnect(),
    }
  },
  cells: {
    'another node has the key (MOVED)': /^MOVED \d+/,
    'no node has the key (CLUSTERDOWN)': NOT_SERVED,
  },
}

const ofSingleRedis: Driver<Backend> = {
  name: 'redis `createClient()`',
  async open(backend) {
    const { host, port } = backend.server
    const opened = createClient({ socket: { host, port }, ...account })
    opened.on('error', () => {})
    await opened.connect()
    const prefix = newPrefix()
    return {
      probe: redisProbe(opened, { prefix }),
      leftovers: async () => ({
        keys: await keysLeft(backend, prefix, opened.isReady),
        connections: (await connectionsOf(backend.server)) - 1,
      }),
      close: () => opened.destroy(),
    }
  },
  cells: ofSingle.cells,
}

export const redisClusterKind: Kind<Backend> = {
  name: 'Redis Cluster',
  missing: missing('redis'),
  start,
  secrets: () => SECRETS,
  check: caches,
  faults: { ...serverFaults, ...faults },
  drivers: [ofIoredis, ofRedis, ofSingle, ofSingleRedis],
}
