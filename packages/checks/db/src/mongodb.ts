import type { Probe } from '@watchman/core'
import { adoptPending, assertClient, hasMembers, memberOf, secretsOf } from '@watchman/core/driver'

/** What is used of a `Db` of mongodb. */
export interface MongodbDb {
  /** From mongodb 6.13 on it gives up at the signal and closes the socket; older versions ignore the signal. */
  command(command: { readonly ping: 1 }, options: PingOptions): Promise<unknown>
  readonly databaseName: string
}

interface PingOptions {
  readonly signal: AbortSignal
  /** Not used. The types of older versions accept these options only if they share one with them. */
  readonly session?: never
}

/** What is used of a `MongoClient` of mongodb. */
export interface MongodbClient extends HeartbeatEvents {
  db(name: string): MongodbDb
}

/** The events by which a `MongoClient` reports whether it reaches a server. */
interface HeartbeatEvents {
  on(event: 'serverHeartbeatFailed', listener: FailureListener): unknown
  on(event: 'serverHeartbeatSucceeded', listener: () => void): unknown
  removeListener(event: 'serverHeartbeatFailed', listener: FailureListener): unknown
  removeListener(event: 'serverHeartbeatSucceeded', listener: () => void): unknown
}

type FailureListener = (event: { readonly failure: Error }) => void

/**
 * Sends MongoDB the command `ping` through a `MongoClient` (to the database `admin`) or a `Db` (to that database).
 *
 * A timeout while the client looks for a server names the latest failed heartbeat. Only a `MongoClient` reports heartbeats.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else.
 * @example
 * databases({ documents: mongodbProbe(new MongoClient(process.env.MONGODB_URL)) })
 */
export function mongodbProbe(client: MongodbClient | MongodbDb): Probe {
  const fits = isClient(client) || hasMembers(client, { command: 'function', databaseName: 'string' })
  assertClient('mongodbProbe', client, 'a MongoClient or Db of the mongodb package', fits)
  const db = isClient(client) ? client.db('admin') : client
  const probe = adoptPending(
    (signal) => {
      const heartbeats = isClient(client) ? watchHeartbeats(client) : undefined
      const outcome = db.command({ ping: 1 }, { signal }).finally(() => heartbeats?.end())
      return { outcome, pending: (reason) => heartbeats?.failure(reason) }
    },
    () => {}, // the answer to a ping holds nothing
  )
  const owner = isClient(client) ? client : memberOf(client, 'client')
  return Object.assign(probe, { secrets: () => secretsOf(memberOf(owner, 'options')) })
}

function isClient(client: MongodbClient | MongodbDb): client is MongodbClient {
  return hasMembers(client, { db: 'function', on: 'function', removeListener: 'function' })
}

/** Notes whether the client reaches a server, until `end` is called. */
function watchHeartbeats(client: HeartbeatEvents) {
  let failure: string | undefined
  let isReached = false
  const onFailed: FailureListener = (event) => {
    failure = `not connected: ${event.failure.message}`
  }
  const onSucceeded = () => {
    isReached = true // then the ping does not wait for a connection, also where other servers of the set are away
  }
  client.on('serverHeartbeatFailed', onFailed)
  client.on('serverHeartbeatSucceeded', onSucceeded)
  return {
    failure: (reason: unknown) => (isReached || !failure ? undefined : new Error(failure, { cause: reason })),
    end() {
      client.removeListener('serverHeartbeatFailed', onFailed)
      client.removeListener('serverHeartbeatSucceeded', onSucceeded)
    },
  }
}
