import { connect } from 'node:net'
import type { Probe } from '@watchman/core'
import { assertArgument } from './assert-argument.ts'
import { probeSocket } from './probe-socket.ts'
import { aHost, aPort } from './rules.ts'

/**
 * Opens a connection and closes it.
 *
 * @throws WatchmanError `INVALID_OPTION` for an invalid host or port.
 * @example
 * services({ search: tcpProbe('search.internal', 9300) })
 */
export function tcpProbe(host: string, port: number): Probe {
  assertArgument('tcpProbe', host, aHost)
  assertArgument('tcpProbe', port, aPort)
  return (signal) =>
    probeSocket(
      () => connect({ host, port }),
      'connect',
      signal,
      () => {},
    )
}
