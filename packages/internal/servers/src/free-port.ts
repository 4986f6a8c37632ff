import getPort, { portNumbers } from 'get-port'
import { HOST } from './server.ts'

const FIRST = 12_000
const SLICE = 32
const SLICES = 310

/**
 * A free port. Each process draws from its own slice, so that test workers that run side by side do not race for one.
 * All slices lie below what systems hand out to clients: no client can be given the port of a server that was killed
 * and is to come back. Port + 10000, the bus of a Redis cluster, is outside of them and below that as well.
 */
export function freePort(): Promise<number> {
  const from = FIRST + (process.pid % SLICES) * SLICE
  return getPort({ host: HOST, port: portNumbers(from, from + SLICE - 1) })
}
