import type { Probe } from '@watchman/core'
import { assertClient, hasMembers } from '@watchman/core/driver'

/** The members of a client of acme-client that are used. */ // @client
/** The members of a client that are used. */ // @alone
export interface AcmeClient {
  // TODO: declare the members of the real client that you use.
  query(text: string, options: { readonly signal: AbortSignal }): Promise<unknown>
}

/**
 * Sends `SELECT 1` to the database. At the timeout the query is aborted, and its connection closed.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but such a client.
 * @example
 * databases({ default: acme(client) })
 */
export function acme(client: AcmeClient): Probe {
  assertClient('acme', client, 'a client with the method query', hasMembers(client, { query: 'function' }))
  // TODO: ask something that your database can answer only when it works.
  return (signal) => client.query('SELECT 1', { signal })
}
