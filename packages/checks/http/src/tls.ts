import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { Probe } from '@watchman/core'
import { degraded, isName, numberFrom, type Rules, validate } from '@watchman/core/driver'
import { assertArgument } from './assert-argument.ts'
import { firstToExpire } from './certificate-chain.ts'
import { probeSocket } from './probe-socket.ts'
import { aHost, aPort } from './rules.ts'

const DAY = 24 * 60 * 60 * 1000

/** Options of `tls`. */
export interface TlsOptions {
  /** The port. @default 443 */
  readonly port?: number | undefined
  /** Days before a certificate of the chain expires from which on the target is degraded. @default 14 */
  readonly days?: number | undefined
  /** The certificates to trust, in PEM. @default those of Node */
  readonly ca?: string | undefined
}

const RULES: Rules<TlsOptions> = {
  port: aPort,
  days: numberFrom(0),
  ca: { expected: 'the text of certificates in PEM', matches: isPem },
}

/**
 * Performs a TLS handshake and inspects the certificate chain up to its root. A certificate that is not trusted or has expired
 * fails; one that expires in fewer than `days` days degrades the target, because it still works. The error names the one that
 * expires first.
 *
 * @throws WatchmanError `INVALID_OPTION` for an invalid host, and for options that cannot work.
 * @example
 * services({ certificate: tlsProbe('www.example.com', { days: 21 }) }, { ttl: 3_600_000 })
 */
export function tlsProbe(host: string, options: TlsOptions = {}): Probe {
  assertArgument('tlsProbe', host, aHost)
  const { port = 443, days = 14, ca } = validate('tlsProbe', options, RULES)
  const servername = isIP(host) ? '' : host // SNI does not allow addresses
  // NODE_TLS_REJECT_UNAUTHORIZED=0 must not make a certificate look valid.
  const secure = { host, port, servername, rejectUnauthorized: true, ...(ca && { ca }) }
  return (signal) =>
    probeSocket(
      () => connect(secure),
      'secureConnect',
      signal,
      (socket) => {
        const { role, expires } = firstToExpire(socket.getPeerCertificate(true))
        const left = (expires.getTime() - Date.now()) / DAY
        if (left >= days) return
        const full = Math.floor(left)
        const date = expires.toISOString().slice(0, 10)
        throw degraded(`the ${role} of ${host} expires in ${full} ${full === 1 ? 'day' : 'days'}, on ${date}`)
      },
    )
}

function isPem(value: unknown): boolean {
  try {
    return isName(value) && Boolean(new X509Certificate(value))
  } catch {
    return false
  }
}
