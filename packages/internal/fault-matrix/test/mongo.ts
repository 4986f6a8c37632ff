import { databases } from '@watchman/db'
import { mongodbProbe } from '@watchman/db/mongodb'
import {
  type Driver,
  type Kind,
  type Networked,
  networkFaults,
  type Setup,
  serverFaults,
  startProxy,
} from '@watchman/fault-matrix'
import { type MongodbServer, startMongodb } from '@watchman/servers'
import { MongoClient } from 'mongodb'

interface Backend extends Networked {
  readonly server: MongodbServer
  stop(): Promise<unknown>
}

async function start(): Promise<Backend> {
  const server = await startMongodb()
  const proxy = await startProxy(server)
  return { server, proxy, stop: () => Promise.all([proxy.stop(), server.stop()]) }
}

const REFUSED = /^not connected: connect ECONNREFUSED 127\.0\.0\.1:\d+: timed out after 800 ms$/
const NO_GREETING =
  /^not connected: connection <monitor> to 127\.0\.0\.1:\d+ timed out: timed out after 800 ms$/
const LATE = /^timed out after 800 ms$/

const client: Driver<Backend> = {
  name: 'mongodb `MongoClient`',
  open({ server }, { address = server, tls = false }: Setup = {}) {
    const opened = new MongoClient(`mongodb://${address.host}:${address.port}`, {
      tls,
      maxPoolSize: 3,
      heartbeatFrequencyMS: 60_000, // so that it is the probe that gives up first
      // Until then, 30 s by default, its monitor waits for the greeting of what it has connected to.
      connectTimeoutMS: 500,
      minHeartbeatFrequencyMS: 100,
    })
    opened.on('error', () => {})
    const counts = { lent: 0 }
    opened.on('connectionCheckedOut', () => {
      counts.lent += 1
    })
    opened.on('connectionCheckedIn', () => {
      counts.lent -= 1
    })
    return {
      probe: mongodbProbe(opened),
      held: () => ({ lent: counts.lent }),
      leftovers: () => ({
        lent: counts.lent,
        listeners:
          opened.listenerCount('serverHeartbeatFailed') + opened.listenerCount('serverHeartbeatSucceeded'),
      }),
      close: () => opened.close(true),
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': /connection .* closed|ECONNRESET/,
    'killed (SIGKILL) between two probes': /connect ECONNREFUSED 127\.0\.0\.1:\d+/,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': { reads: /getaddrinfo \w+ nonexistent\.invalid/, lasting: /nonexistent/ },
    'TLS is expected and not offered': { reads: /closed|disconnected/, lasting: /closed|disconnected/ },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': /connection .* closed/,
    'answers garbage': LATE,
    'something else answers on the port': NO_GREETING,
    'accepts and says nothing': NO_GREETING,
    'accepts and closes at once': /connection .* closed/,
  },
}

export const mongodbKind: Kind<Backend> = {
  name: 'MongoDB',
  missing: process.env.MONGODB_URL && 'MONGODB_URL names a server that is not ours to break',
  note: ({ server }) =>
    server.kind === 'stand-in'
      ? 'Run against a stand-in that answers hello, ping and buildInfo, since there was no mongod.'
      : undefined,
  start,
  secrets: () => [],
  check: databases,
  faults: { ...serverFaults, ...networkFaults },
  drivers: [client],
}
