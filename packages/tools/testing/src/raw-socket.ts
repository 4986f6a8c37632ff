import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Connects to the server of a URL and sends `text`, well-formed or not. */
export function openSocket(url: string, text: string): Socket {
  const { protocol, hostname, port } = new URL(url)
  const options = { host: hostname, port: Number(port) }
  const socket =
    protocol === 'https:' ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options)
  socket.on('error', () => {}) // how a server ends a connection that it refuses is not tested
  socket.write(text, 'latin1')
  return socket
}

/** Sends `text` and returns everything that is received until the server ends the connection. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const socket = openSocket(url, text)
  const chunks: Uint8Array[] = []
  socket.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks).toString()
}
