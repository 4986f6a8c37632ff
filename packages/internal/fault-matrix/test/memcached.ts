import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { caches } from '@watchman/cache'
import { memjsProbe } from '@watchman/cache/memjs'
import { memberOf } from '@watchman/core/driver'
import {
  type BackendSpec,
  type DriverSpec,
  type Faults,
  networkFaults,
  type ProxiedServer,
  serverFaults,
  withProxy,
} from '@watchman/fault-matrix'
import { missing, type Server, startMemcached } from '@watchman/servers'
import { Client } from 'memjs'

/** Starts a server that refuses what does not fit into its two megabytes, instead of evicting other keys. */
const start = async () => withProxy(await startMemcached({ arguments: ['-m', '2', '-M'] }))

/** Sends lines on a new connection; resolves with everything up to the response to the last one. */
async function send({ host, port }: Server, ...lines: readonly string[]): Promise<string> {
  const socket = connect({ host, port, timeout: 10_000 })
  socket.once('timeout', () => socket.destroy(new Error('[fault-matrix] no answer from memcached')))
  socket.write([...lines, ''].join('\r\n'))
  let received = ''
  for await (const chunk of socket) {
    received += chunk
    if (/(END|OK|BUSY.*|VERSION.*)\r\n$/.test(received)) break
  }
  return received
}

/** Returns the milliseconds until each key that begins with `prefix` expires. */
export async function expiriesOf(server: Server, prefix: string): Promise<readonly number[]> {
  const pattern = new RegExp(`key=${encodeURIComponent(prefix)}\\S+ exp=(-?\\d+)`, 'g')
  for (;;) {
    const dump = await send(server, 'lru_crawler metadump all')
    if (dump.startsWith('BUSY')) continue
    return [...dump.matchAll(pattern)].map(([, time]) => Number(time) * 1000 - Date.now())
  }
}

/** Whether a key lives for longer than the driver promises. */
export const isTooLong = (expiry: number) => expiry < -2000 || expiry > 60_000

/** The number of connections of the application that the server holds. */
async function countConnections(server: Server): Promise<number> {
  const own = 1
  return Number(/STAT curr_connections (\d+)/.exec(await send(server, 'stats'))?.[1]) - own
}

/** Writes until the memory is full. Each key has the size of the key of a probe: other sizes use other slabs. */
async function fill(server: Server): Promise<void> {
  const value = 'x'.repeat(36)
  for (;;) {
    const keys = Array.from({ length: 5000 }, () => `fillers!:${crypto.randomUUID()}:${crypto.randomUUID()}`)
    const writes = keys.map((key) => `set ${key} 0 0 ${value.length}\r\n${value}`)
    const answers = await send(server, ...writes, 'version')
    if (answers.includes('out of memory')) return
  }
}

const faults: Faults<ProxiedServer> = {
  'out of memory': {
    async inject({ backend: { server } }) {
      await fill(server)
      return async () => {
        await sleep(1500) // flush_all keeps what is younger than a second
        await send(server, 'flush_all')
      }
    },
  },
}

/** The callbacks of the commands without a response, which the types of the client do not mention. */
function callbacksOf(connection: unknown): object {
  const callbacks = memberOf(connection, 'errorCallbacks')
  if (typeof callbacks === 'object' && callbacks) return callbacks
  throw new Error('[fault-matrix] the client has no errorCallbacks any more')
}

const REFUSED = /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/
const LATE = /^timed out after 800 ms$/
const CLOSED = /^the connection was closed before an answer came$/

/** The client takes each later response for the rest of this one. */
const CONFUSED = { message: LATE, stickyMessage: LATE }

const memjsDriver: DriverSpec<ProxiedServer> = {
  name: 'memjs `Client`',
  open({ server }, { address = server } = {}) {
    const client = Client.create(`${address.host}:${address.port}`, { logger: { log() {} } })
    const prefix = `watchman:${crypto.randomUUID()}:`
    const [connection] = client.servers
    let isClosed = false
    return {
      probe: memjsProbe(client, { prefix }),
      async leftovers() {
        const keys = await expiriesOf(server, prefix)
        return {
          keys: keys.filter((expiry) => !isClosed || isTooLong(expiry)).length, // a closed client deletes nothing
          // The client may not have noticed that the server closed its connection.
          connections: Math.max(
            0,
            (await countConnections(server)) - (memberOf(connection, 'connected') ? 1 : 0),
          ),
          'commands waiting': isClosed ? 0 : Object.keys(callbacksOf(connection)).length,
        }
      },
      async close() {
        isClosed = true
        client.close()
        await sleep(300) // the client may retry a command, which connects again
        client.close()
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
    'the name does not resolve': { message: /^getaddrinfo \w+ nonexistent/, stickyMessage: /nonexistent/ },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': { ...CONFUSED, message: CLOSED },
    'answers garbage': CONFUSED,
    'something else answers on the port': CONFUSED,
    'accepts and says nothing': LATE,
    'accepts and closes at once': CLOSED,
    'open connections go silent, new ones work': 'ok', // the client gives a command up after half a second, and sends it again
    'the server closes idle connections': 'ok',
    'out of memory': /Out of memory/i,
  },
}

export const memcachedSpec: BackendSpec<ProxiedServer> = {
  name: 'memcached',
  skipReason: missing('memcached'),
  start,
  secrets: () => [],
  check: caches,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [memjsDriver],
}
