import type { EventEmitter } from 'node:events'
import { type Incoming, pathBelow } from '@watchman/node/adapter'

/**
 * Fastify itself answers a path that it cannot decode, before any route and any hook. Below `prefix` such a path is encoded
 * anew before Fastify sees it, so that it reaches the endpoint, which knows no such path either way.
 */
export function repairTargets(server: EventEmitter, prefix: string): void {
  server.prependListener('request', (incoming: Incoming) => {
    const { url = '' } = incoming
    if (!url.includes('%')) return
    const [path = '', ...query] = url.split('?')
    if (isDecodable(path) || pathBelow(path, prefix) === undefined) return
    incoming.url = [path.replaceAll('%', '%25'), ...query].join('?')
  })
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
