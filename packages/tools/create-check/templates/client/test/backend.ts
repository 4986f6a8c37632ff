import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'

/** A server that the test can stop and hang. */
export interface Backend {
  /** Its URL, also while it does not listen. */
  readonly url: string
  /** Makes it answer. */
  readonly up: () => Promise<void>
  /** Makes it refuse connections. */
  readonly down: () => Promise<void>
  /** Makes it accept connections and stay silent. */
  readonly hang: () => Promise<void>
  /** Describes each open connection. */
  readonly connections: () => readonly string[]
}

/** Starts a server on a free port of the loopback interface. */
export async function startBackend(answer: RequestListener): Promise<Backend> {
  const state = { hangs: false }
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    if (!state.hangs) answer(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const listen = async (port: number) => {
    if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening')
    const address = server.address()
    return typeof address === 'object' ? (address?.port ?? 0) : 0
  }
  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}`,
    async up() {
      state.hangs = false
      await listen(port)
    },
    async down() {
      state.hangs = false
      for (const socket of sockets) socket.destroy()
      if (server.listening) await once(server.close(), 'close')
    },
    async hang() {
      state.hangs = true
      await listen(port)
    },
    connections: () => [...sockets].map(({ remotePort }) => `the connection from port ${remotePort}`),
  }
}
