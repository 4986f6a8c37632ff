import { isFunction, isObject, memberOf } from '@watchman/core/driver'
import type { NodeConnection, NodeRequest, NodeResponse, NodeServer, NodeSession } from './node-server.ts'
import { quietTurn } from './quiet-turn.ts'

/** Ends a server without losing requests. */
export interface ServerDrain {
  /** Asks callers to leave: from now on each response of HTTP/1 closes its connection. The server still accepts new ones. */
  announce(): void
  /**
   * Stops accepting connections, sends GOAWAY to callers of HTTP/2, and waits for the requests in flight. Resolves with whether all
   * of them have ended within `timeLimit` milliseconds; what had not is cut off. A server that does not listen is closed as soon
   * as it does.
   */
  stop(timeLimit: number): Promise<boolean>
  /** Removes the listeners. */
  remove(): void
}

/** Milliseconds that a connection without a request in flight may stay open after the stop: a request may be on its way. */
const UNUSED_GRACE = 1000

/** Milliseconds between two searches for such connections. */
const SEARCH_INTERVAL = 100

/** A connection of HTTP/1. */
interface Http1Connection {
  readonly connection: NodeConnection
  readonly openedAt: number
  readonly responses: Set<NodeResponse>
}

/**
 * Follows the connections of a server from now on, so that it can be ended without losing requests.
 *
 * @example
 * const drain = drainServer(server)
 * drain.announce()
 * await sleep(5000)
 * await drain.stop(30_000)
 */
export function drainServer(server: NodeServer): ServerDrain {
  const isTls = 'setSecureContext' in server
  const speaksHttp1 = isFunction(server.closeIdleConnections)
  const tcp = new Set<NodeConnection>()
  const http1 = new Map<object, Http1Connection>()
  const sessions = new Set<NodeSession>()
  let isLeaving = false
  let stoppedAt: number | undefined

  function follow(connection: NodeConnection): Http1Connection {
    const known = http1.get(connection)
    if (known) return known
    const followed = { connection, openedAt: performance.now(), responses: new Set<NodeResponse>() }
    http1.set(connection, followed)
    connection.once('close', () => http1.delete(connection))
    return followed
  }

  function onConnection(connection: NodeConnection): void {
    tcp.add(connection)
    connection.once('close', () => tcp.delete(connection))
    if (speaksHttp1 && !isTls) follow(connection)
  }

  function onSecureConnection(connection: NodeConnection): void {
    if (connection.alpnProtocol !== 'h2') follow(connection)
  }

  function onSession(session: NodeSession): void {
    if (sessions.has(session)) return
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    if (stoppedAt !== undefined) session.close()
  }

  function onRequest({ socket }: NodeRequest, response: NodeResponse): void {
    const session = memberOf(memberOf(response, 'stream'), 'session')
    if (isSession(session)) onSession(session) // it may have been opened before the server was followed
    if (session !== undefined || !isConnection(socket)) return
    const { responses } = follow(socket)
    responses.add(response)
    if (isLeaving) closeAfter(response)
    response.once('close', () => responses.delete(response))
  }

  function onListening(): void {
    // Later, since other listeners of the event read the address, which a closed server does not have.
    if (stoppedAt !== undefined) setImmediate(() => server.close())
  }

  function announce(): void {
    isLeaving = true
    for (const { responses } of http1.values()) responses.forEach(closeAfter)
  }

  function closeUnused(): void {
    const openBefore = performance.now() - UNUSED_GRACE
    if (stoppedAt === undefined || stoppedAt > openBefore) return
    for (const { connection, openedAt, responses } of http1.values()) {
      if (responses.size === 0 && openedAt <= openBefore) connection.destroySoon()
    }
    // These have not even begun the handshake of TLS.
    for (const connection of tcp) if (connection.bytesRead === 0) connection.destroy()
  }

  function cutOff(): void {
    for (const session of sessions) session.destroy()
    for (const { connection } of http1.values()) connection.destroy()
    for (const connection of tcp) connection.destroy()
  }

  server.on('connection', onConnection)
  server.on('secureConnection', onSecureConnection)
  server.on('session', onSession)
  server.on('listening', onListening)
  server.prependListener('request', onRequest)

  return {
    announce,
    async stop(timeLimit) {
      announce()
      await quietTurn()
      stoppedAt = performance.now()
      return new Promise((resolve) => {
        const searching = setInterval(closeUnused, SEARCH_INTERVAL)
        const limit = setTimeout(() => {
          end(false)
          cutOff()
        }, timeLimit)
        function end(isComplete: boolean): void {
          clearInterval(searching)
          clearTimeout(limit)
          resolve(isComplete)
        }
        server.close(() => end(true))
        server.closeIdleConnections?.()
        for (const session of sessions) session.close()
      })
    },
    remove() {
      server.removeListener('connection', onConnection)
      server.removeListener('secureConnection', onSecureConnection)
      server.removeListener('session', onSession)
      server.removeListener('listening', onListening)
      server.removeListener('request', onRequest)
    },
  }
}

/** Makes Node send `Connection: close`. Unlike a header, this survives frameworks that reset the headers. */
function closeAfter(response: NodeResponse): void {
  if (!response.headersSent && 'shouldKeepAlive' in response) response.shouldKeepAlive = false
}

function isSession(value: unknown): value is NodeSession {
  return isObject(value) && isFunction(value.close) && isFunction(value.destroy)
}

function isConnection(value: object): value is NodeConnection {
  return 'destroySoon' in value && isFunction(value.destroySoon)
}
