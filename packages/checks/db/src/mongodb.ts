import type { Probe } from '@watchman/core'
import {
  adoptPending,
  assertClient,
  assertOption,
  hasMembers,
  memberOf,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { type ClientOrFunction, isResolver, resolvingProbe } from './resolve-client.ts'
import { readOnly, WRITABLE_RULES, type WritableOptions } from './writable.ts'

/** What is used of a `Db` of mongodb. */
export interface MongodbDb {
  /** From mongodb 6.13 on it gives up at the signal and closes the socket; older versions ignore the signal. */
  command(command: Command, options: CommandOptions): Promise<unknown>
  readonly databaseName: string
}

type Command = { readonly ping: 1 } | { readonly hello: 1 }

interface CommandOptions {
  readonly signal: AbortSignal
  /** Not used. The types of older versions accept these options only if they share one with them. */
  readonly session?: never
}

/** What is used of a `MongoClient` of mongodb. */
export interface MongodbClient extends HeartbeatEvents {
  db(name: string): MongodbDb
}

/** What is used of a `Connection` of Mongoose: its client, which is null until it connects. */
export interface MongooseConnection {
  getClient(): MongodbClient | null | undefined
  readonly readyState: number
}

/** The events by which a `MongoClient` reports whether it reaches a server. */
interface HeartbeatEvents {
  on(event: 'serverHeartbeatFailed', listener: FailureListener): unknown
  on(event: 'serverHeartbeatSucceeded', listener: () => void): unknown
  removeListener(event: 'serverHeartbeatFailed', listener: FailureListener): unknown
  removeListener(event: 'serverHeartbeatSucceeded', listener: () => void): unknown
}

type FailureListener = (event: { readonly failure: Error }) => void

type Client = MongodbClient | MongodbDb

/**
 * Sends MongoDB the command `ping` through a `MongoClient` (to the database `admin`), a `Db` (to that database), or a `Connection` of
 * Mongoose, also before it connects. With `writable: true` the command is `hello`.
 *
 * A timeout while the client looks for a server names the latest failed heartbeat. Only a `MongoClient` reports heartbeats.
 *
 * A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ documents: mongodbProbe(new MongoClient(process.env.MONGODB_URL)) })
 */
export function mongodbProbe(
  client: ClientOrFunction<Client> | MongooseConnection,
  options: WritableOptions = {},
): Probe {
  validate('mongodbProbe', options, WRITABLE_RULES)
  const create = (resolved: Client) => probeOf(resolved, options)
  const resolution = { create, identityOf }
  if (isMongoose(client)) return resolvingProbe('mongodbProbe', () => client.getClient(), resolution)
  return isResolver(client) ? resolvingProbe('mongodbProbe', client, resolution) : create(client)
}

/** `db()` returns a new `Db` each time. */
function identityOf(client: Client): unknown {
  return isClient(client) ? client : (memberOf(client, 'client') ?? client)
}

function isMongoose(client: ClientOrFunction<Client> | MongooseConnection): client is MongooseConnection {
  return hasMembers(client, { getClient: 'function', readyState: 'number' })
}

function probeOf(client: Client, { writable }: WritableOptions): Probe {
  const isModule = hasMembers(client, { connection: 'object', model: 'function' })
  assertOption(
    !isModule,
    'mongodbProbe(…) expects a connection of Mongoose, not Mongoose: pass mongoose.connection',
  )
  const fits = isClient(client) || hasMembers(client, { command: 'function', databaseName: 'string' })
  assertClient('mongodbProbe', client, 'a MongoClient or Db of the mongodb package', fits)
  const db = isClient(client) ? client.db('admin') : client
  const ask = writable ? askWritable : askAnything
  const probe = adoptPending(
    (signal) => {
      const heartbeats = isClient(client) ? watchHeartbeats(client) : undefined
      const outcome = ask(db, signal).finally(() => heartbeats?.end())
      return {
        outcome,
        pending: (reason) => heartbeats?.failure(reason),
        mayBeLost() {
          heartbeats?.end() // a version that ignores the signal may never settle the command
          return true
        },
      }
    },
    () => {}, // the answer holds nothing
  )
  const owner = isClient(client) ? client : memberOf(client, 'client')
  return Object.assign(probe, { secrets: () => secretsOf(memberOf(owner, 'options')) })
}

function isClient(client: Client): client is MongodbClient {
  return hasMembers(client, { db: 'function', on: 'function', removeListener: 'function' })
}

async function askAnything(db: MongodbDb, signal: AbortSignal): Promise<unknown> {
  return db.command({ ping: 1 }, { signal })
}

async function askWritable(db: MongodbDb, signal: AbortSignal): Promise<void> {
  const answer = await db.command({ hello: 1 }, { signal })
  if (memberOf(answer, 'isWritablePrimary') !== true) throw readOnly('the server is not a writable primary')
}

/** Notes whether the client reaches a server, until `end` is called. */
function watchHeartbeats(client: HeartbeatEvents) {
  let failure: string | undefined
  let isReached = false
  const onFailed: FailureListener = (event) => {
    failure = `not connected: ${event.failure.message}`
  }
  const onSucceeded = () => {
    isReached = true // then the command does not wait for a connection, also where other servers of the set are away
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
