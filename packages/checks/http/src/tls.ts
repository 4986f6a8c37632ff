import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { Probe } from '@watchman/core'
import { connected } from './connected.ts'
import { ensure, ensureOptions, isHost, isPort } from './options.ts'

const DAY = 24 * 60 * 60 * 1000

/** Options of `tls`. */
export interface TlsOptions {
  /** The port. @default 443 */
  readonly port?: number | undefined
  /** So many days the certificate has to be valid still. @default 14 */
  readonly days?: number | undefined
  /** The certificates to trust, in PEM. @default those of Node */
  readonly ca?: string | undefined
}

/**
 * Shakes hands and looks at the certificate. One that is not trusted, or is over, fails; one that has fewer than `days`
 * left degrades the report, since it works still.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no host, and for options that cannot work.
 * @example
 * services({ certificate: tls('www.example.com', { days: 21 }) }, { ttl: 3_600_000 })
 */
export function tls(host: string, options: TlsOptions = {}): Probe {
  ensure(isHost(host), 'tls(…) wants a host name or an address, without a scheme')
  ensureOptions('tls', options, {
    port: ['a port from 1 to 65535', isPort],
    days: ['a number of days', (value) => typeof value === 'number' && value >= 0],
    ca: ['certificates in PEM', (value) => /-----BEGIN CERTIFICATE-----/.test(`${value}`)],
  })
  const { port = 443, days = 14, ca } = options
  const servername = isIP(host) ? '' : host // an address cannot be told to the server
  return (signal) =>
    connected(
      () => connect({ host, port, servername, ...(ca && { ca }) }),
      'secureConnect',
      signal,
      (socket) => {
        const end = new Date(socket.getPeerCertificate().valid_to)
        const left = (end.getTime() - Date.now()) / DAY
        if (left >= days) return
        const error = new Error(
          `the certificate of ${host} is over in ${Math.floor(left)} days, on ${end.toISOString().slice(0, 10)}`,
        )
        throw Object.assign(error, { critical: false })
      },
    )
}
