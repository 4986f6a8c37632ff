import type { RequestListener } from 'node:http'

/** A server that answers a ping. */
export function server(): RequestListener {
  return (_request, response) => response.end('pong')
}
