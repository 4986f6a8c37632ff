import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { redisProbe } from '@watchman/cache/redis'
import {
  type BackendSpec,
  type DriverSpec,
  type Faults,
  type ProxiedServer,
  serverFaults,
} from '@watchman/fault-matrix'
import { missing, type Server } from '@watchman/servers'
import { waitUntil } from '@watchman/test-helpers'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import {
  account,
  administer,
  connectingProbe,
  countConnections,
  countKeys,
  countListeners,
  newPrefix,
  SECRETS,
  startBackend,
} from './redis-backend.ts'

/** A node that owns every slot, and one that can take them. */
interface Backend extends ProxiedServer {
  readonly spare: Server
}

/** Milliseconds in which a node learns which slots another one owns. */
const TIME_LIMIT = 10_000

async function start(): Promise<Backend> {
  const [node, other] = await Promise.all([startBackend({ cluster: true }), startBackend({ cluster: true })])
  const spare = other.server
  await administer(spare, 'CLUSTER', 'RESET')
  await administer(spare, 'CLUSTER', 'MEET', node.server.host, node.server.port)
  const backend = { ...node, spare, stop: () => Promise.all([node.stop(), other.stop()]) }
  await waitForOwner(backend, node.server)
  return backend
}

/** Waits until both nodes know that `owner` owns all slots, and serve again. */
async function waitForOwner({ server, spare }: Backend, owner: Server): Promise<void> {
  for (const node of [server, spare]) {
    const slotsOf = async () => JSON.stringify(await administer(node, 'CLUSTER', 'SLOTS'))
    const isServed = async () =>
      (await slotsOf()).startsWith(`[[0,16383,["${owner.host}",${owner.port},`) &&
      `${await administer(node, 'CLUSTER', 'INFO')}`.includes('cluster_state:ok')
    if (!(await waitUntil(isServed, TIME_LIMIT, 20)))
      throw new Error(`[fault-matrix] another node owns the slots: ${await slotsOf()}`)
  }
}

async function move(backend: Backend, owner: Server): Promise<void> {
  for (const node of [backend.server, backend.spare]) {
    await administer(node, 'CLUSTER', 'DELSLOTSRANGE', 0, 16_383)
  }
  await administer(owner, 'CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
  await waitForOwner(backend, owner)
}

const faults: Faults<Backend> = {
  'another node has the key (MOVED)': {
    async inject({ backend }) {
      await move(backend, backend.spare)
      return () => move(backend, backend.server)
    },
  },
  'no node has the key (CLUSTERDOWN)': {
    async inject({ backend }) {
      for (const node of [backend.server, backend.spare]) {
        await administer(node, 'CLUSTER', 'DELSLOTSRANGE', 0, 16_383)
      }
      return async () => {
        await administer(backend.server, 'CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
        await waitForOwner(backend, backend.server)
      }
    },
  },
}

/** Counts the keys that remain on both nodes. */
async function countAllKeys(
  { server, spare }: Backend,
  prefix: string,
  isConnected: boolean,
): Promise<number> {
  return (await countKeys(server, prefix, isConnected)) + (await countKeys(spare, prefix, isConnected))
}

const LATE = /^no answer from node 127\.0\.0\.1:\d+: timed out after 800 ms$/
const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
/** A `Cluster` does not say why its nodes are unavailable. */
const UNAVAILABLE = /Failed to refresh slots cache/
const NOT_SERVED = /CLUSTERDOWN Hash slot not served/

const clusterDriver: DriverSpec<Backend> = {
  name: 'ioredis `Cluster`',
  open(backend) {
    const { host, port } = backend.server
    const client = new Cluster([{ host, port }], { lazyConnect: true, redisOptions: account })
    client.on('error', () => {})
    const prefix = newPrefix()
    return {
      probe: ioredisProbe(client, { prefix }),
      leftovers: async () => ({
        keys: await countAllKeys(backend, prefix, client.status === 'ready'),
        listeners: client.listenerCount('error') - 1, // it adds listeners of other events itself
      }),
      close: () => client.disconnect(),
    }
  },
  cells: {
    'the server is not started': UNAVAILABLE,
    'killed (SIGKILL) while it is asked':
      /Failed to refresh slots cache|^node 127\.0\.0\.1:\d+: Connection is closed/,
    'killed (SIGKILL) between two probes': UNAVAILABLE,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'another node has the key (MOVED)': 'ok',
    'no node has the key (CLUSTERDOWN)': /^no answer from node 127\.0\.0\.1:\d+: the connection was closed/,
  },
}

const redisClusterDriver: DriverSpec<Backend> = {
  name: 'redis `createCluster()`',
  open(backend) {
    const { host, port } = backend.server
    const client = createCluster({ rootNodes: [{ socket: { host, port } }], defaults: account })
    client.on('error', () => {})
    const prefix = newPrefix()
    const listeners = countListeners(client)
    return {
      probe: connectingProbe(client, redisProbe(client, { prefix })),
      leftovers: async () => ({
        keys: await countAllKeys(backend, prefix, client.isOpen),
        listeners: listeners(),
      }),
      close: () => client.destroy(),
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

const ioredisDriver: DriverSpec<Backend> = {
  name: 'ioredis `Redis`',
  open(backend) {
    const { host, port } = backend.server
    const client = new Redis({ host, port, ...account })
    client.on('error', () => {})
    const prefix = newPrefix()
    return {
      probe: ioredisProbe(client, { prefix }),
      leftovers: async () => ({
        keys: await countAllKeys(backend, prefix, client.status === 'ready'),
        connections: (await countConnections(backend.server)) - 1,
      }),
      close: () => client.disconnect(),
    }
  },
  cells: {
    'another node has the key (MOVED)': /^MOVED \d+/,
    'no node has the key (CLUSTERDOWN)': NOT_SERVED,
  },
}

const redisDriver: DriverSpec<Backend> = {
  name: 'redis `createClient()`',
  async open(backend) {
    const { host, port } = backend.server
    const client = createClient({ socket: { host, port }, ...account })
    client.on('error', () => {})
    await client.connect()
    const prefix = newPrefix()
    return {
      probe: redisProbe(client, { prefix }),
      leftovers: async () => ({
        keys: await countAllKeys(backend, prefix, client.isReady),
        connections: (await countConnections(backend.server)) - 1,
      }),
      close: () => client.destroy(),
    }
  },
  cells: ioredisDriver.cells,
}

export const redisClusterSpec: BackendSpec<Backend> = {
  name: 'Redis Cluster',
  skipReason: missing('redis'),
  start,
  secrets: () => SECRETS,
  check: caches,
  faults: { ...serverFaults, ...faults },
  drivers: [clusterDriver, redisClusterDriver, ioredisDriver, redisDriver],
}
