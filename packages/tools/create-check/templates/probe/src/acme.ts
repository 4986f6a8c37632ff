import type { Probe } from '@watchman/core'
import { assertClient, hasMembers } from '@watchman/core/driver'

/** The members of a client of acme-client that are used. */ // @client
/** The members of a client that are used. */ // @alone
export interface AcmeClient {
  // TODO: declare the members of the real client that you use.
  ping(options: { readonly signal: AbortSignal }): Promise<unknown>
}

/**
 * Pings the server. At the timeout the ping is aborted, and its connection closed.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but such a client.
 * @example
 * defineProbeCheck('acme', acme(client))
 */
export function acme(client: AcmeClient): Probe {
  assertClient('acme', client, 'a client with the method ping', hasMembers(client, { ping: 'function' }))
  // TODO: ask something that the server can answer only when it works.
  return (signal) => client.ping({ signal })
}
