import { type Probe, WatchmanError } from '@watchman/core'

/** What is used of a client of acme-client. */ // @client
/** What is used of a client. */ // @alone
export interface AcmeClient {
  // TODO: name the members that you use of the real client.
  query(text: string, options: { readonly signal: AbortSignal }): Promise<unknown>
}

/**
 * Asks the database `SELECT 1`. At the deadline the query is given up, and its connection with it.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no such client.
 * @example
 * databases({ default: acme(client) })
 */
export function acme(client: AcmeClient): Probe {
  const { query }: Partial<AcmeClient> = Object(client)
  if (typeof query !== 'function') {
    throw new WatchmanError('INVALID_OPTION', 'acme(client) wants a client that has query()')
  }
  // TODO: ask what your database can answer only when it works.
  return (signal) => client.query('SELECT 1', { signal })
}
