import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { caches } from '@watchman/cache'
import { memjsProbe } from '@watchman/cache/memjs'
import {
  type Driver,
  type Faults,
  type Kind,
  type Networked,
  networkFaults,
  serverFaults,
  startProxy,
} from '@watchman/fault-matrix'
import { missing, type Server, startMemcached } from '@watchman/servers'
import { Client } from 'memjs'

interface Backend extends Networked {
  readonly server: Server
  stop(): Promise<unknown>
}

/** One that refuses what does not fit into its two megabytes, in place of forgetting something else. */
async function start(): Promise<Backend> {
  const server = await startMemcached({ arguments: ['-m', '2', '-M'] })
  const proxy = await startProxy(server)
  return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]) }
}

/** Sends lines over a connection of its own; resolves with what came back up to the answer to the last. */
async function tell({ host, port }: Server, ...lines: readonly string[]): Promise<string> {
  const socket = connect({ host, port, timeout: 10_000 })
  socket.once('timeout', () => socket.destroy(new Error('[faults] no answer from memcached')))
  socket.write([...lines, ''].join('\r\n'))
  let received = ''
  for await (const chunk of socket) {
    received += chunk
    if (/(END|OK|BUSY.*|VERSION.*)\r\n$/.test(received)) break
  }
  return received
}

/** The milliseconds until each of the keys that begin with `prefix` expires. */
async function expiriesOf(server: Server, prefix: string): Promise<readonly number[]> {
  const pattern = new RegExp(`key=${encodeURIComponent(prefix)}\\S+ exp=(-?\\d+)`, 'g')
  for (;;) {
    const dump = await tell(server, 'lru_crawler metadump all')
    if (dump.startsWith('BUSY')) continue
    return [...dump.matchAll(pattern)].map(([, time]) => Number(time) * 1000 - Date.now())
  }
}

/** Whether a key outlives what is promised of it. */
const lasts = (expiry: number) => expiry < -2000 || expiry > 60_000

/** How many connections of the application the server holds. */
async function connectionsOf(server: Server): Promise<number> {
  const own = 1
  return Number(/STAT curr_connections (\d+)/.exec(await tell(server, 'stats'))?.[1]) - own
}

/** Writes what takes as much memory each as the key of a probe, until no more fits: other sizes have memory of their own. */
async function fill(server: Server): Promise<void> {
  const value = 'x'.repeat(36)
  for (;;) {
    const keys = Array.from({ length: 5000 }, () => `fillers!:${crypto.randomUUID()}:${crypto.randomUUID()}`)
    const writes = keys.map((key) => `set ${key} 0 0 ${value.length}\r\n${value}`)
    const answers = await tell(server, ...writes, 'version')
    if (answers.includes('out of memory')) return
  }
}

const faults: Faults<Backend> = {
  'out of memory': {
    async bring({ backend: { server } }) {
      await fill(server)
      return async () => {
        await sleep(1500) // what is younger than a second stays
        await tell(server, 'flush_all')
      }
    },
  },
}

const REFUSED = /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/
const LATE = /^timed out after 800 ms$/
const CLOSED = /^the connection was closed before an answer came$/

/** It mistakes each later answer for the rest of this one. */
const CONFUSED = { reads: LATE, lasting: LATE }

const ofMemjs: Driver<Backend> = {
  name: 'memjs `Client`',
  open({ server }, { address = server } = {}) {
    const opened = Client.create(`${address.host}:${address.port}`, { logger: { log() {} } })
    const prefix = `watchman:${crypto.randomUUID()}:`
    const [connection] = opened.servers
    const state = { closed: false }
    return {
      probe: memjsProbe(opened, { prefix }),
      async leftovers() {
        const keys = await expiriesOf(server, prefix)
        return {
          keys: keys.filter((expiry) => !state.closed || lasts(expiry)).length, // a closed client deletes nothing
          // The client may believe in a connection which the server has lost.
          connections: Math.max(0, (await connectionsOf(server)) - (Object(connection).connected ? 1 : 0)),
          'commands waiting': state.closed ? 0 : Object.keys(Object(connection).errorCallbacks).length,
        }
      },
      async close() {
        state.closed = true
        opened.close()
        await sleep(300) // it may have been about to try a command once more, which connects again
        opened.close()
      },
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': REFUSED,
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': { reads: /^getaddrinfo \w+ nonexistent/, lasting: /nonexistent/ },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': { ...CONFUSED, reads: CLOSED },
    'answers garbage': CONFUSED,
    'something else answers on the port': CONFUSED,
    'accepts and says nothing': LATE,
    'accepts and closes at once': CLOSED,
    'out of memory': /Out of memory/i,
  },
}

export const memcachedKind: Kind<Backend> = {
  name: 'memcached',
  missing: missing('memcached'),
  start,
  secrets: () => [],
  check: caches,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [ofMemjs],
}
