import { connect } from 'node:net'
import type { Probe } from '@watchman/core'
import { connected } from './connected.ts'
import { ensure, isHost, isPort } from './options.ts'

/**
 * Opens a connection and closes it: whether anybody listens.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no host or no port.
 * @example
 * services({ search: tcp('search.internal', 9300) })
 */
export function tcp(host: string, port: number): Probe {
  ensure(isHost(host), 'tcp(…) wants a host name or an address, without a scheme')
  ensure(isPort(port), 'tcp(…) wants a port from 1 to 65535')
  return (signal) =>
    connected(
      () => connect({ host, port }),
      'connect',
      signal,
      () => {},
    )
}
