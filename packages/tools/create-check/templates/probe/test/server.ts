import type { RequestListener } from 'node:http'

/** A server that gives a sign of life. */
export function server(): RequestListener {
  return (_request, response) => response.end('pong')
}
