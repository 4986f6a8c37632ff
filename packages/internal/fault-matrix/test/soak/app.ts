// An application of its own: what it holds can be counted without what the test holds.
import { createServer } from 'node:http'
import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { createWatchman, type Probe } from '@watchman/core'
import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
import { nodeHandler } from '@watchman/node'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import type { Order, Reading } from './protocol.ts'

const [postgresUrl, redisUrl = ''] = process.argv.slice(2)
const pool = new Pool({ connectionString: postgresUrl })
const client = new Redis(redisUrl, { retryStrategy: () => 100 })
pool.on('error', () => {})
client.on('error', () => {})
const warnings: string[] = []
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`))

/** A probe that counts how often it was started. */
function counted(probe: Probe) {
  const starts = { count: 0 }
  const counting: Probe = (signal) => {
    starts.count += 1
    return probe(signal)
  }
  return { starts, probe: counting }
}

const database = counted(pgProbe(pool))
const cache = counted(ioredisProbe(client))
const policy = { timeout: 300 }
const watchman = createWatchman({
  checks: [databases({ default: database.probe }, policy), caches({ default: cache.probe }, policy)],
})
// Without reuse, so that each run asks the backends.
const eager = createWatchman({
  checks: [
    databases({ default: pgProbe(pool) }, { ...policy, ttl: 0 }),
    caches({ default: ioredisProbe(client) }, { ...policy, ttl: 0 }),
  ],
})

const server = createServer(nodeHandler(watchman))
server.keepAliveTimeout = 60_000

const obey: Readonly<Record<Order, () => Promise<void>>> = {
  async read() {},
  async 'run 1000 times'() {
    for (let round = 0; round < 1000; round += 1) await eager.report()
  },
}

function read(): Reading {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  return {
    heap: process.memoryUsage().heapUsed,
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
    starts: { database: database.starts.count, cache: cache.starts.count },
    now: performance.now(),
    warnings,
  }
}

process.on('message', async (order: Order) => {
  await obey[order]()
  process.send?.(read())
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
