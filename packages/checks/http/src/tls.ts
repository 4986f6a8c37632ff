import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { Probe } from '@watchman/core'
import { assertOption, degraded, numberFrom, type Rules, validate } from '@watchman/core/driver'
import { probeSocket } from './probe-socket.ts'
import { aHost, aPort } from './rules.ts'

const DAY = 24 * 60 * 60 * 1000

/** Options of `tls`. */
export interface TlsOptions {
  /** The port. @default 443 */
  readonly port?: number | undefined
  /** Days before the certificate expires from which on the target is degraded. @default 14 */
  readonly days?: number | undefined
  /** The certificates to trust, in PEM. @default those of Node */
  readonly ca?: string | undefined
}

const RULES: Rules<TlsOptions> = {
  port: aPort,
  days: numberFrom(0),
  ca: {
    expected: 'certificates in PEM',
    matches: (value) => String(value).includes('-----BEGIN CERTIFICATE-----'),
  },
}

/**
 * Performs a TLS handshake and inspects the certificate. One that is not trusted or has expired fails; one that expires
 * in fewer than `days` days degrades the target, because it still works.
 *
 * @throws WatchmanError `INVALID_OPTION` for an invalid host, and for options that cannot work.
 * @example
 * services({ certificate: tlsProbe('www.example.com', { days: 21 }) }, { ttl: 3_600_000 })
 */
export function tlsProbe(host: string, options: TlsOptions = {}): Probe {
  assertOption(aHost.matches(host), `tlsProbe(…) expects ${aHost.expected}`)
  const { port = 443, days = 14, ca } = validate('tlsProbe', options, RULES)
  const servername = isIP(host) ? '' : host // SNI does not allow addresses
  return (signal) =>
    probeSocket(
      () => connect({ host, port, servername, ...(ca && { ca }) }),
      'secureConnect',
      signal,
      (socket) => {
        const end = new Date(socket.getPeerCertificate().valid_to)
        const left = (end.getTime() - Date.now()) / DAY
        if (left >= days) return
        throw degraded(
          `the certificate of ${host} expires in ${Math.floor(left)} days, on ${end.toISOString().slice(0, 10)}`,
        )
      },
    )
}
