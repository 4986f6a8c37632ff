import type { S3Client } from '@aws-sdk/client-s3'
import { degraded, hasMembers, memberOf } from '@watchman/core/driver'

/** What is used of an `Agent` of node:http and node:https. */
interface Agent {
  readonly maxSockets: number
  readonly maxTotalSockets?: number | undefined
  /** By the host, the port and more: the sockets in use. */
  readonly sockets: Readonly<Record<string, readonly Socket[] | undefined>>
  /** By the same: the requests that wait for a socket. */
  readonly requests: Readonly<Record<string, readonly { readonly path: string }[] | undefined>>
}

interface Socket {
  readonly bytesRead?: number
  readonly bytesWritten?: number
}

/**
 * Makes the function that returns an error if a request whose path matches `path` waits for a socket of the client, and
 * undefined if none does. A request that was aborted waits for its turn too: Node removes it from the queue only then.
 */
export function busyErrorOf(
  client: Pick<S3Client, 'send'>,
  state: 'degraded' | 'failing' = 'degraded',
): (path: RegExp, cause?: unknown) => Error | undefined {
  return (path, cause) => {
    for (const agent of agentsOf(client)) {
      for (const [host, queue = []] of Object.entries(agent.requests)) {
        if (!queue.some((request) => path.test(request.path))) continue
        const message = `S3 client has no free socket (${usageOf(agent, host)} in use)`
        if (state === 'failing') return new Error(message, cause === undefined ? undefined : { cause })
        return degraded(message, { cause, progress: transferredBytes(agent) })
      }
    }
    return undefined
  }
}

function usageOf({ sockets, maxSockets, maxTotalSockets = maxSockets }: Agent, host: string): string {
  const count = sockets[host]?.length ?? 0
  if (count >= maxSockets) return `${count} of ${maxSockets}`
  return `${socketsOf(sockets).length} of ${maxTotalSockets}`
}

/** Changes while the sockets in use transfer anything, or are replaced. */
function transferredBytes({ sockets }: Agent): number {
  return socketsOf(sockets).reduce(
    (sum, { bytesRead = 0, bytesWritten = 0 }) => sum + bytesRead + bytesWritten,
    0,
  )
}

function socketsOf(sockets: Agent['sockets']): readonly Socket[] {
  return Object.values(sockets).flatMap((some) => some ?? [])
}

/** The agents of a client; none before its first request, and none where its requests are not made by node:http. */
function agentsOf(client: unknown): readonly Agent[] {
  const handler = memberOf(memberOf(client, 'config'), 'requestHandler')
  const configs = hasConfigs(handler) ? handler.httpHandlerConfigs() : undefined
  return [memberOf(configs, 'httpAgent'), memberOf(configs, 'httpsAgent')].filter(isAgent)
}

function hasConfigs(handler: unknown): handler is { httpHandlerConfigs(): unknown } {
  return hasMembers(handler, { httpHandlerConfigs: 'function' })
}

function isAgent(value: unknown): value is Agent {
  return hasMembers(value, { maxSockets: 'number', sockets: 'object', requests: 'object' })
}
