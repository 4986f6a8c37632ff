import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { listenLocally } from './listen-locally.ts'

/** A server of this process that listens. */
export interface Listening {
  readonly port: number
  /** The connections that are open on its side. */
  readonly connections: ReadonlySet<Socket>
  /** Stops listening and ends the connections. */
  readonly close: () => Promise<void>
}

/** Starts a server on a free port of the loopback interface. Errors of its connections are ignored. */
export async function listen(server: Server): Promise<Listening> {
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('error', () => {}).on('close', () => connections.delete(socket))
  })
  return {
    port: await listenLocally(server),
    connections,
    async close() {
      const closed = once(server.close(), 'close')
      for (const socket of connections) socket.destroy()
      await closed
    },
  }
}
