import { type Probe, WatchmanError } from '@watchman/core'

/** What is used of a client of acme-client. */ // @client
/** What is used of a client. */ // @alone
export interface AcmeClient {
  // TODO: name the members that you use of the real client.
  ping(options: { readonly signal: AbortSignal }): Promise<unknown>
}

/**
 * Asks the server for a sign of life. At the deadline the question is given up, and its connection with it.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no such client.
 * @example
 * defineProbeCheck('acme', acme(client))
 */
export function acme(client: AcmeClient): Probe {
  const { ping }: Partial<AcmeClient> = Object(client)
  if (typeof ping !== 'function') {
    throw new WatchmanError('INVALID_OPTION', 'acme(client) wants a client that has ping()')
  }
  // TODO: ask what the server can answer only when it works.
  return (signal) => client.ping({ signal })
}
