import type { Probe } from '@watchman/core'
import { carryOver } from './carry-over.ts'
import { ensureClient, has } from './ensure-client.ts'

/** What is used of a `Db` of mongodb. */
export interface MongodbDb {
  /** A driver from 6.13 on gives up at the signal and closes the socket; an older one does not know it. */
  command(command: { readonly ping: 1 }, options: PingOptions): Promise<unknown>
  readonly databaseName: string
}

interface PingOptions {
  readonly signal: AbortSignal
  /** Not used, but without an option that the types of an older driver know, they would not take these. */
  readonly session?: never
}

/** What is used of a `MongoClient` of mongodb. */
export interface MongodbClient extends Heartbeats {
  db(name: string): MongodbDb
}

/** The events by which a `MongoClient` tells whether it reaches the server. */
interface Heartbeats {
  on(event: 'serverHeartbeatFailed', listener: FailureListener): unknown
  on(event: 'serverHeartbeatSucceeded', listener: () => void): unknown
  removeListener(event: 'serverHeartbeatFailed', listener: FailureListener): unknown
  removeListener(event: 'serverHeartbeatSucceeded', listener: () => void): unknown
}

type FailureListener = (event: { readonly failure: Error }) => void

/**
 * Sends MongoDB the command `ping` through a `MongoClient` (to the database `admin`) or a `Db` (to that one).
 *
 * While the driver looks for a server it says only that; with a `MongoClient` the failure names what it has run into.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else.
 * @example
 * databases({ documents: mongodb(new MongoClient(process.env.MONGODB_URL)) })
 */
export function mongodb(client: MongodbClient | MongodbDb): Probe {
  const wanted = 'a MongoClient or Db of the mongodb package'
  const fits = isClient(client) || has(client, 'command', 'databaseName')
  ensureClient(fits, 'mongodb', wanted, client)
  const db = isClient(client) ? client.db('admin') : client
  return carryOver(
    (signal) => {
      const heartbeats = isClient(client) ? listen(client) : undefined
      const outcome = db.command({ ping: 1 }, { signal }).finally(() => heartbeats?.end())
      return { outcome, pending: (cause) => heartbeats?.failure(cause) }
    },
    () => {},
  )
}

function isClient(client: MongodbClient | MongodbDb): client is MongodbClient {
  return has(client, 'db', 'on', 'removeListener')
}

/** Hears whether the client reaches the server, until it is ended. */
function listen(client: Heartbeats) {
  let failure: string | undefined
  let reached = false
  const failed: FailureListener = (event) => {
    failure = `not connected: ${event.failure.message}`
  }
  const succeeded = () => {
    reached = true // one server of several does answer: that is not what the ping waits for
  }
  client.on('serverHeartbeatFailed', failed)
  client.on('serverHeartbeatSucceeded', succeeded)
  return {
    failure: (cause: unknown) => (reached || !failure ? undefined : new Error(failure, { cause })),
    end() {
      client.removeListener('serverHeartbeatFailed', failed)
      client.removeListener('serverHeartbeatSucceeded', succeeded)
    },
  }
}
