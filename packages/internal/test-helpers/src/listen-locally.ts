import { once } from 'node:events'
import type { Server } from 'node:net'
import { portOf } from './port-of.ts'

/** Starts a server on a free port of the loopback interface. Resolves with the port. */
export async function listenLocally(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return portOf(server)
}
