import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A server of this process on a free port, and how to end it with its connections. */
export async function listen(server: Server) {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port }: Partial<AddressInfo> = Object(server.address())
  return {
    port: port ?? 0,
    /** The connections it holds. */
    open,
    async stop() {
      const closed = once(server.close(), 'close')
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
