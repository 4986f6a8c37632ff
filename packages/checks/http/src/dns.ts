import { Resolver } from 'node:dns/promises'
import type { Probe } from '@watchman/core'
import { oneOf, type Rules, validate } from '@watchman/core/driver'
import { assertArgument } from './assert-argument.ts'
import { aHostName } from './rules.ts'

/** Options of `dns`. */
export interface DnsOptions {
  /** The type of the records. @default 'A' */
  readonly type?: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'SRV' | 'TXT' | undefined
  /** The addresses of the DNS servers, with a port if it is not 53. @default those of the system */
  readonly servers?: readonly string[] | undefined
}

const RULES: Rules<DnsOptions> = {
  type: oneOf('A', 'AAAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT'),
  servers: { expected: 'a non-empty array of IP addresses', matches: isListOfServers },
}

/**
 * Queries the DNS for records of `name`, and fails if it has none. Nothing is cached, and the hosts file is not read.
 *
 * @throws WatchmanError `INVALID_OPTION` for an invalid name, and for options that cannot work.
 * @example
 * services({ name: dnsProbe('db.internal'), mail: dnsProbe('example.com', { type: 'MX' }) })
 */
export function dnsProbe(name: string, options: DnsOptions = {}): Probe {
  assertArgument('dnsProbe', name, aHostName)
  const { type = 'A', servers } = validate('dnsProbe', options, RULES)
  return async (signal) => {
    signal.throwIfAborted()
    const resolver = toResolver(servers)
    const abort = () => resolver.cancel()
    signal.addEventListener('abort', abort)
    try {
      const records: unknown = await resolver.resolve(name, type)
      if (Array.isArray(records) && records.length === 0) throw new Error(`no ${type} record of ${name}`)
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

function toResolver(servers: readonly string[] | undefined): Resolver {
  const resolver = new Resolver()
  if (servers) resolver.setServers(servers)
  return resolver
}

function isListOfServers(servers: unknown): boolean {
  try {
    return Array.isArray(servers) && servers.length > 0 && Boolean(toResolver(servers))
  } catch {
    return false
  }
}
