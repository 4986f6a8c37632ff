import type { Probe } from '@watchman/core'
import {
  adoptPending,
  assertClient,
  errorMessage,
  hasMembers,
  memberOf,
  type Operation,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import { busyError } from './busy-error.ts'
import { explainPgbouncer } from './pgbouncer.ts'
import { POOL_OPTIONS, type PoolOptions } from './pool-options.ts'
import { type ClientOrFunction, resolvingProbe } from './resolve-client.ts'
import { assertPostgresqlWritable, POSTGRESQL_READ_ONLY } from './writable.ts'

/** What is used of a query of postgres.js. */
export interface PostgresQuery extends Promise<unknown> {
  /** The connection that it was sent over; null until then. Not part of its types. */
  readonly state?: unknown
  /** Whether the server works on it, and not on a query that was sent before. Not part of its types. */
  readonly active?: boolean
}

/** What is used of the function that `postgres()` returns. */
export interface PostgresSql {
  unsafe(query: string): PostgresQuery
  readonly options: { readonly max: number }
  /** Distinguishes it from the clients of other packages, and from the function that a transaction gets. */
  readonly PostgresError: unknown
}

/**
 * Sends PostgreSQL `SELECT 1` through the pool of postgres.js.
 *
 * At the timeout the query is not cancelled, since postgres.js cannot do this without risk for the application's queries. A
 * query that waits for a connection is adopted by the next run. One that was sent and not answered is replaced by another, less
 * often the longer none is answered.
 *
 * A function that returns the client is called at each run.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything else, and for options that cannot work.
 * @example
 * databases({ default: postgresProbe(postgres(process.env.DATABASE_URL)) })
 */
export function postgresProbe(client: ClientOrFunction<PostgresSql>, options: PoolOptions = {}): Probe {
  validate('postgresProbe', options, POOL_OPTIONS)
  const create = (sql: PostgresSql) => probeOf(sql, options)
  return isResolver(client) ? resolvingProbe('postgresProbe', client, { create }) : create(client)
}

/** The client can be called too: it has members. The function that a transaction gets lacks some of them. */
function isResolver(client: ClientOrFunction<PostgresSql>): client is () => PostgresSql | null | undefined {
  return typeof client === 'function' && !hasMembers(client, { unsafe: 'function' })
}

function probeOf(sql: PostgresSql, options: PoolOptions): Probe {
  const fits = hasMembers(sql, { unsafe: 'function', options: 'object', PostgresError: 'function' })
  assertClient('postgresProbe', sql, 'what postgres() of the postgres package returns', fits)
  let answers = 0
  /** Whether the latest query was answered. */
  let isReached = false
  /** Why it failed. */
  let failure: unknown

  function busy(message: string, cause: unknown): Error {
    return busyError(message, options, { cause, progress: answers })
  }

  function whyPending({ state, active }: PostgresQuery, cause: unknown): Error | undefined {
    const { max } = sql.options
    if (active) return undefined // the server has it
    if (state) return busy(`pool has no free connection (${max} of ${max} in use)`, cause)
    if (isReached) {
      return busy(`pool has no free connection (${max} of ${max} in use, or a new one is not ready)`, cause)
    }
    const message = 'no connection to the server yet'
    return new Error(failure ? `${message}: ${errorMessage(failure)}` : message, { cause })
  }

  function ask(): Operation<unknown> {
    const query = sql.unsafe(options.writable ? POSTGRESQL_READ_ONLY : 'SELECT 1')
    const outcome = query.then(
      (rows) => {
        answers += 1
        isReached = true
        failure = undefined
        if (options.writable) assertPostgresqlWritable(rows)
      },
      (error: unknown) => {
        isReached = false
        failure = error
        if (memberOf(error, 'code') !== 'CONNECTION_ENDED') throw explainPgbouncer(error, options)
        throw new Error('the client has ended, and only the application can create a new one', {
          cause: error,
        })
      },
    )
    return {
      outcome,
      pending: (reason) => whyPending(query, reason),
      mayBeLost() {
        // postgres.js never settles a query that it sent over a connection while that broke.
        if (query.active) isReached = false
        return Boolean(query.state)
      },
    }
  }

  const probe = adoptPending(ask, () => {}) // the answer holds nothing
  return Object.assign(probe, { secrets: () => secretsOf(sql.options) })
}
