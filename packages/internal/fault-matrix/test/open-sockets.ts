import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

const CHANNEL = 'net.client.socket'

/** Counts the connections that this process opens to one port, of those that begin after it was made. */
export interface OpenSockets {
  /** How many are open, or about to be. */
  count(): number
  stop(): void
}

/** Begins to count the connections to `port`. */
export function countSockets(port: number): OpenSockets {
  const sockets: Socket[] = []
  const note = (message: unknown) => {
    const { socket }: { socket?: unknown } = Object(message)
    if (socket instanceof Socket) sockets.push(socket)
  }
  subscribe(CHANNEL, note)
  return {
    count: () => sockets.filter((socket) => !socket.destroyed && (socket.remotePort ?? port) === port).length,
    stop: () => unsubscribe(CHANNEL, note),
  }
}
