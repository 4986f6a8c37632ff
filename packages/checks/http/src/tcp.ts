import { connect } from 'node:net'
import type { Probe } from '@watchman/core'
import { assertOption } from '@watchman/core/driver'
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
  assertOption(aHost.matches(host), `tcpProbe(…) expects ${aHost.expected}`)
  assertOption(aPort.matches(port), `tcpProbe(…) expects ${aPort.expected}`)
  return (signal) =>
    probeSocket(
      () => connect({ host, port }),
      'connect',
      signal,
      () => {},
    )
}
