import type { Agent, ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { degraded } from '@watchman/core/driver'

/** Handles requests that wait until their agent has a free socket. */
export interface AgentQueue {
  /** Resolves once no request of an earlier run waits. Rejects when `signal` aborts. */
  enter(signal: AbortSignal): Promise<void>
  /** Returns the error for a run that gives up for `reason` while its request waits; undefined if it does not wait. */
  leave(agent: Agent | undefined, request: ClientRequest, reason: unknown): Error | undefined
}

/** A request of an agent. */
interface Waiting {
  readonly agent: Agent
  readonly request: ClientRequest
}

/**
 * Makes the queue of a probe. An agent keeps a request that was aborted while it waited until a socket becomes free. At most one
 * such request of a probe is in the queue, however long no socket becomes free: the next run waits for it to leave.
 */
export function createAgentQueue(busy: 'degraded' | 'failing'): AgentQueue {
  const abandoned = new Set<Waiting>()
  const countActivity = createActivityCounter()

  function busyError({ agent, request }: Waiting, cause: unknown): Error | undefined {
    const name = Object.keys(agent.requests).find((key) => agent.requests[key]?.includes(request))
    if (name === undefined) return undefined
    const own = agent.sockets[name] ?? []
    const isOwnLimit = own.length >= agent.maxSockets
    // Otherwise the sockets to all servers together have reached the limit.
    const sockets = isOwnLimit ? own : Object.values(agent.sockets).flatMap((some) => some ?? [])
    const limit = isOwnLimit ? agent.maxSockets : agent.maxTotalSockets
    const waiting = agent.requests[name]?.length ?? 0
    const message = `agent has no free socket (${sockets.length} of ${limit} in use, ${waiting} waiting)`
    const progress = countActivity(sockets)
    return busy === 'failing' ? new Error(message, { cause }) : degraded(message, { cause, progress })
  }

  return {
    enter(signal) {
      return new Promise((resolve, reject) => {
        const [earlier] = abandoned
        if (signal.aborted) return reject(signal.reason)
        if (!earlier) return resolve()
        const end = () => {
          signal.removeEventListener('abort', abort)
          earlier.request.off('close', left)
        }
        const abort = () => {
          end()
          reject(busyError(earlier, signal.reason) ?? signal.reason)
        }
        const left = () => {
          end()
          resolve()
        }
        signal.addEventListener('abort', abort)
        earlier.request.on('close', left)
      })
    },
    leave(agent, request, reason) {
      const waiting = agent && { agent, request }
      const error = waiting && busyError(waiting, reason)
      if (waiting && error) {
        abandoned.add(waiting)
        request.once('close', () => abandoned.delete(waiting))
      }
      return error
    },
  }
}

/** Makes a function that counts how often a socket has sent or received something since it was last called. */
function createActivityCounter(): (sockets: readonly Socket[]) => number {
  const seen = new WeakMap<Socket, number>()
  let count = 0
  return (sockets) => {
    for (const socket of sockets) {
      const { bytesRead, bytesWritten } = socket
      const before = seen.get(socket)
      // Of a new one only what it has received counts: a request to a server that is gone is written too.
      if (before === undefined ? bytesRead > 0 : bytesRead + bytesWritten > before) count += 1
      seen.set(socket, bytesRead + bytesWritten)
    }
    return count
  }
}
