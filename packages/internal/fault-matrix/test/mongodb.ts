import { databases } from '@watchman/db'
import { mongodbProbe } from '@watchman/db/mongodb'
import {
  type BackendSpec,
  type ClientOptions,
  type DriverSpec,
  networkFaults,
  type ProxiedServer,
  serverFaults,
  withProxy,
} from '@watchman/fault-matrix'
import { type MongodbServer, startMongodb } from '@watchman/servers'
import { MongoClient } from 'mongodb'

type Backend = ProxiedServer<MongodbServer>

const REFUSED = /^not connected: connect ECONNREFUSED 127\.0\.0\.1:\d+: timed out after 800 ms$/
const NO_GREETING =
  /^not connected: connection <monitor> to 127\.0\.0\.1:\d+ timed out: timed out after 800 ms$/
const LATE = /^timed out after 800 ms$/

const clientDriver: DriverSpec<Backend> = {
  name: 'mongodb `MongoClient`',
  open({ server }, { address = server, tls = false }: ClientOptions = {}) {
    const client = new MongoClient(`mongodb://${address.host}:${address.port}`, {
      tls,
      maxPoolSize: 3,
      heartbeatFrequencyMS: 60_000, // so that the probe times out first
      // How long the monitor waits for a greeting, by default 30 s.
      connectTimeoutMS: 500,
      minHeartbeatFrequencyMS: 100,
    })
    client.on('error', () => {})
    let checkedOut = 0
    client.on('connectionCheckedOut', () => {
      checkedOut += 1
    })
    client.on('connectionCheckedIn', () => {
      checkedOut -= 1
    })
    return {
      probe: mongodbProbe(client),
      heldResources: () => ({ connections: checkedOut }),
      leftovers: () => ({
        connections: checkedOut,
        listeners:
          client.listenerCount('serverHeartbeatFailed') + client.listenerCount('serverHeartbeatSucceeded'),
      }),
      close: () => client.close(true),
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': /connection .* closed|ECONNRESET/,
    'killed (SIGKILL) between two probes': /connect ECONNREFUSED 127\.0\.0\.1:\d+/,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': {
      message: /getaddrinfo \w+ nonexistent\.invalid/,
      stickyMessage: /nonexistent/,
    },
    'TLS is expected and not offered': {
      message: /closed|disconnected/,
      stickyMessage: /closed|disconnected/,
    },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': /connection .* closed/,
    'answers garbage': LATE,
    'something else answers on the port': NO_GREETING,
    'accepts and says nothing': NO_GREETING,
    'accepts and closes at once': /connection .* closed/,
    'open connections go silent, new ones work': LATE,
    'the server closes idle connections': 'ok',
  },
}

export const mongodbSpec: BackendSpec<Backend> = {
  name: 'MongoDB',
  skipReason: process.env.MONGODB_URL && 'MONGODB_URL names a server that must not be disturbed',
  note: ({ server }) =>
    server.kind === 'stand-in'
      ? 'Run against a stand-in that answers hello, ping and buildInfo, since there was no mongod.'
      : undefined,
  start: async () => withProxy(await startMongodb()),
  secrets: () => [],
  check: databases,
  faults: { ...serverFaults, ...networkFaults },
  drivers: [clientDriver],
}
