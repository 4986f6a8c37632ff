import type { DetailedPeerCertificate } from 'node:tls'

/** The certificate of a chain that expires first. */
interface FirstToExpire {
  /** What it is: `certificate` for that of the host, else with its name: `intermediate certificate "R3"`. */
  readonly role: string
  readonly expires: Date
}

/**
 * Finds the certificate of a trusted chain that expires first, from that of the host to the root. One that has expired is not what
 * makes the chain trusted: servers send such ones for old clients, so it and those above it are left out.
 */
export function firstToExpire(leaf: DetailedPeerCertificate): FirstToExpire {
  let first = { role: 'certificate', expires: new Date(leaf.valid_to) }
  const now = Date.now()
  const visited = new Set([leaf])
  for (let { issuerCertificate: next } = leaf; next && !visited.has(next); next = next.issuerCertificate) {
    visited.add(next)
    const expires = new Date(next.valid_to)
    if (expires.getTime() < now) break
    const { CN, OU, O } = next.subject
    const kind = next.issuerCertificate === next ? 'root' : 'intermediate'
    if (expires < first.expires) first = { role: `${kind} certificate "${CN ?? OU ?? O}"`, expires }
  }
  return first
}
