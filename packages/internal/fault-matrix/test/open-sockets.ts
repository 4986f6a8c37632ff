import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { memberOf } from '@watchman/core/driver'

const CHANNEL = 'net.client.socket'

/** Counts the connections that this process opens to one port from now on. */
export interface OpenSockets {
  /** The number of connections that are open or connecting. */
  count(): number
  stop(): void
}

/** Begins to count the connections to `port`. */
export function countSockets(port: number): OpenSockets {
  const sockets: Socket[] = []
  const record = (message: unknown) => {
    const socket = memberOf(message, 'socket')
    if (socket instanceof Socket) sockets.push(socket)
  }
  subscribe(CHANNEL, record)
  return {
    count: () => sockets.filter((socket) => !socket.destroyed && (socket.remotePort ?? port) === port).length,
    stop: () => unsubscribe(CHANNEL, record),
  }
}
