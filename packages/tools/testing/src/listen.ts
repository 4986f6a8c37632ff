import type { Server } from 'node:http'
import type { Http2SecureServer, Http2Server } from 'node:http2'
import type { Socket } from 'node:net'
import type { MountedServer } from './adapter-subject.ts'

/**
 * Starts a server of Node on a free port of the loopback interface. `path` is where the watchman is mounted; `close`
 * ends its open connections too.
 */
export function listen(server: Server | Http2Server | Http2SecureServer, path = ''): Promise<MountedServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : 0
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed())
          for (const socket of sockets) socket.destroy()
        })
      const scheme = 'setSecureContext' in server ? 'https' : 'http'
      resolve({ url: `${scheme}://127.0.0.1:${port}${path}`, close })
    })
  })
}
