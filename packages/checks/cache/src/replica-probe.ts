import type { Probe } from '@watchman/core'
import { afterReady } from './round-trip.ts'

/** A Redis that is only read. */
export interface ReadOnlyCache {
  /** Resolves as soon as commands would be sent rather than queued; rejects when that cannot happen, or at the abort. */
  readonly ready: (signal: AbortSignal) => Promise<void>
  /** Reads a key and resolves with the reply to `INFO replication`; rejects with the first error of a command. */
  readonly ask: (key: string) => Promise<unknown>
}

/** Makes a probe that reads, and fails while a replica has no link to its master. A master has none and is ok. */
export function replicaProbe({ ready, ask }: ReadOnlyCache, prefix: string): Probe {
  return afterReady(ready, () => ({ outcome: ask(prefix + crypto.randomUUID()).then(assertLinked) }))
}

/** @throws Error where the reply to `INFO replication` is that of a replica without a link to its master. */
function assertLinked(reply: unknown): void {
  const info = new Map(
    Array.from(String(reply).matchAll(/^(\w+):(.*?)\r?$/gm), ([, name, value]) => [name, value]),
  )
  if (!info.has('role')) throw new Error('the server did not answer whether it is a replica')
  if (info.get('role') === 'master' || info.get('master_link_status') === 'up') return
  const master = `${info.get('master_host')}:${info.get('master_port')}`
  if (info.get('master_sync_in_progress') === '1') {
    throw new Error(`the replica is still copying the data of its master ${master}`)
  }
  const seconds = Number(info.get('master_link_down_since_seconds'))
  const since = seconds >= 0 ? `, for ${seconds} s` : '' // -1 if it was never up
  throw new Error(`the replica has no link to its master ${master}${since}`)
}
