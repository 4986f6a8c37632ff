import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ClientOptions,
  type DriverSpec,
  type Faults,
  type ProxiedServer,
  type TestClient,
  withProxy,
} from '@watchman/fault-matrix'
import type { DatabaseServer } from '@watchman/servers'

export type SqlBackend = ProxiedServer<DatabaseServer>

/** The number of connections of a pool. */
export const POOL_SIZE = 3

/** The account and the database of the application. The administrator can always connect. */
export const account = { user: 'prober', password: 'pr0ber-secret', database: 'app' }

/** What no response may show. */
export const secrets = ({ server }: SqlBackend) => [server.password, account.password]

/** Runs a statement as the administrator, on a new connection; returns the rows. */
export type Administer = (server: DatabaseServer, sql: string) => Promise<readonly object[]>

/** Starts a proxy to a server that is ready for the application. */
export async function prepare(
  server: DatabaseServer,
  administer: Administer,
  statements: readonly string[],
): Promise<SqlBackend> {
  for (const statement of statements) await administer(server, statement)
  return withProxy(server)
}

/** How the clients of the application connect. */
export function connectionOptions({ server }: SqlBackend, { address = server }: ClientOptions = {}) {
  return { host: address.host, port: address.port, ...account }
}

/** The statements of a database. */
interface Statements {
  readonly setPassword: (password: string) => string
  readonly removeDatabase: string
  readonly restoreDatabase: string
  readonly makeReadOnly: string
  readonly makeWritable: string
  /** Ends the connections of the application. */
  readonly endConnections: string
}

/** What can happen to any SQL database. `connect` opens a connection of the application; returns the function that closes it. */
export function sqlFaults(
  administer: Administer,
  connect: (backend: SqlBackend) => Promise<() => Promise<unknown>>,
  statements: Statements,
): Faults<SqlBackend> {
  const { setPassword, removeDatabase, restoreDatabase, makeReadOnly, makeWritable, endConnections } =
    statements
  return {
    'wrong password': {
      warmUp: false,
      async inject({ backend: { server } }) {
        await administer(server, setPassword('another'))
        return () => administer(server, setPassword(account.password))
      },
    },
    'unknown database': {
      warmUp: false,
      async inject({ backend: { server } }) {
        await administer(server, removeDatabase)
        return () => administer(server, restoreDatabase)
      },
    },
    'the server takes no more connections': {
      warmUp: false,
      async inject({ backend }) {
        const closers: (() => Promise<unknown>)[] = []
        for (let refused = false; !refused; ) {
          await connect(backend).then(
            (close) => closers.push(close),
            () => {
              refused = true
            },
          )
        }
        return () => Promise.all(closers.map((close) => close()))
      },
    },
    'an administrator ends idle connections': {
      async inject({ backend: { server } }) {
        await administer(server, endConnections)
        await sleep(50) // the client notices
        return () => {}
      },
    },
    'read-only': {
      async inject({ backend: { server } }) {
        await administer(server, makeReadOnly)
        return () => administer(server, makeWritable)
      },
    },
  }
}

/** A pool of which the application can take every connection. */
export function exhaustible(acquire: () => Promise<{ release(): unknown }>): {
  /** The number of connections that the application has taken. */
  readonly taken: () => number
  readonly exhaust: NonNullable<TestClient['exhaust']>
} {
  let taken = 0
  return {
    taken: () => taken,
    async exhaust() {
      const connections = await Promise.all(Array.from({ length: POOL_SIZE }, acquire))
      taken = POOL_SIZE
      return () => {
        taken = 0
        for (const connection of connections) connection.release()
      }
    },
  }
}

const REFUSED = /connect ECONNREFUSED 127\.0\.0\.1:\d+/
export const LATE = /^timed out after 800 ms$/
const NO_CONNECTION = /^no connection to the server yet: timed out after 800 ms$/
const CLOSED = /^the connection is closed, and only the application can open a new one/

/** What any pool shows. `broken` is the error of a connection that is lost. */
export function poolCells(broken: RegExp) {
  return {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': broken,
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': {
      message: /getaddrinfo \w+ nonexistent\.invalid/,
      stickyMessage: /nonexistent/,
    },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': broken,
    'answers garbage': LATE,
    'something else answers on the port': NO_CONNECTION,
    'accepts and says nothing': NO_CONNECTION,
    'accepts and closes at once': broken,
    'open connections go silent, new ones work': LATE,
    'the server closes idle connections': 'ok',
    'an administrator ends idle connections': 'ok',
    'every connection of the pool goes silent, new ones work': { message: LATE, recoveryTimeouts: POOL_SIZE },
    'every connection of the pool is in use': /^degraded: pool has no free connection \(3 of 3 in use\)/,
    'read-only': 'ok',
  } satisfies DriverSpec<SqlBackend>['cells']
}

/** What any single connection shows: once it is closed, only the application can open a new one. */
export function connectionCells(broken: RegExp) {
  return {
    'killed (SIGKILL) while it is asked': { message: broken, stickyMessage: CLOSED },
    'killed (SIGKILL) between two probes': { message: CLOSED, stickyMessage: CLOSED },
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': { message: CLOSED, stickyMessage: CLOSED },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': { message: broken, stickyMessage: CLOSED },
    'answers garbage': { message: LATE, stickyMessage: LATE },
    'open connections go silent, new ones work': { message: LATE, stickyMessage: LATE },
    'the server closes idle connections': { message: CLOSED, stickyMessage: CLOSED },
    'an administrator ends idle connections': { message: CLOSED, stickyMessage: CLOSED },
    'read-only': 'ok',
  } satisfies DriverSpec<SqlBackend>['cells']
}
