import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** Sends a request as it is written, and returns what is received until the server ends the connection. */
export async function sendLines(origin: string, ...lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.write([...lines, 'Host: status.test', 'Connection: close', '', ''].join('\r\n'))
  return text(socket)
}

/** Sends a GET request whose target is not changed. */
export function send(origin: string, target: string): Promise<string> {
  return sendLines(origin, `GET ${target} HTTP/1.1`)
}
