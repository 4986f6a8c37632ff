import type { EventEmitter } from 'node:events'
import type { Incoming } from '@watchman/node/adapter'

/**
 * Fastify answers a path that it cannot decode by itself, before any route and any hook. Below `prefix` such a path is
 * encoded anew before Fastify sees it, so that it reaches the endpoint, which knows no such path either way.
 */
export function repairTargets(server: EventEmitter, prefix: string): void {
  const parts = prefix.replace(/\/$/, '').split('/')
  server.prependListener('request', (incoming: Incoming) => {
    const { url = '' } = incoming
    if (!url.includes('%')) return
    const [path = '', ...query] = url.split('?')
    if (isDecodable(path)) return
    const given = path.split('/')
    const isBelow = parts.every((part, index) => part.startsWith(':') || part === given[index])
    if (isBelow) incoming.url = [path.replaceAll('%', '%25'), ...query].join('?')
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
