import { connect } from 'node:net'
import { HOST } from './server.ts'

/** Milliseconds one round trip may take before it counts as no answer. */
const PATIENCE = 1000

/**
 * Whether the server on `port` answers `request` with bytes that `expected` recognises. `expected` sees all that has
 * come back so far. A refused, closed or silent connection is a no.
 */
export async function answers(
  port: number,
  request: Uint8Array | string,
  expected: (received: Buffer) => boolean,
): Promise<boolean> {
  const socket = connect({ host: HOST, port, timeout: PATIENCE })
  socket.once('timeout', () => socket.destroy())
  let received = Buffer.alloc(0)
  try {
    socket.write(request)
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk])
      if (expected(received)) return true
    }
  } catch {
    // refused, reset or timed out
  } finally {
    socket.destroy()
  }
  return false
}
