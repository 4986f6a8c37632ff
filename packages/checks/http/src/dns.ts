import { Resolver } from 'node:dns/promises'
import type { Probe } from '@watchman/core'
import { ensure, ensureOptions, isHost } from './options.ts'

/** Options of `dns`. */
export interface DnsOptions {
  /** The type of the records. @default 'A' */
  readonly type?: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'SRV' | 'TXT' | undefined
  /** The addresses of the servers to ask, with a port if it is not 53. @default those of the system */
  readonly servers?: readonly string[] | undefined
}

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']

/**
 * Asks the DNS for records of `name`, which there have to be. Asks it anew each time, and does not read the hosts file.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no name, and for options that cannot work.
 * @example
 * services({ name: dns('db.internal'), mail: dns('example.com', { type: 'MX' }) })
 */
export function dns(name: string, options: DnsOptions = {}): Probe {
  ensure(isHost(name), 'dns(…) wants a host name')
  ensureOptions('dns', options, {
    type: [`one of ${TYPES}`, (value) => TYPES.includes(`${value}`)],
    servers: ['a list of addresses', (value) => canAsk(value)],
  })
  const { type = 'A', servers } = options
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

function canAsk(servers: unknown): boolean {
  try {
    return Array.isArray(servers) && servers.length > 0 && Boolean(toResolver(servers))
  } catch {
    return false
  }
}
