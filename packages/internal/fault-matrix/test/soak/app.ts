// Runs in a separate process, so that its resources can be counted without those of the test.
import { createServer } from 'node:http'
import { caches } from '@watchman/cache'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { createWatchman, type Probe } from '@watchman/core'
import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
import { nodeHandler } from '@watchman/node'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import type { Command, Measurement } from './protocol.ts'

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
// Without reuse: each run sends requests to the backends.
const uncached = createWatchman({
  checks: [
    databases({ default: pgProbe(pool) }, { ...policy, ttl: 0 }),
    caches({ default: ioredisProbe(client) }, { ...policy, ttl: 0 }),
  ],
})

const server = createServer(nodeHandler(watchman))
server.keepAliveTimeout = 60_000

const commands: Readonly<Record<Command, () => Promise<void>>> = {
  async measure() {},
  async 'run 1000 times'() {
    for (let round = 0; round < 1000; round += 1) await uncached.report()
  },
}

function measure(): Measurement {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  return {
    heap: process.memoryUsage().heapUsed,
    sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
    starts: { database: database.starts.count, cache: cache.starts.count },
    now: performance.now(),
    warnings,
  }
}

process.on('disconnect', () => process.exit()) // the test process has ended
process.on('message', async (command: Command) => {
  await commands[command]()
  process.send?.(measure())
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
