import type { NodeHandler } from '@watchman/node'
import { namesLoopback } from './loopback.ts'

const BODY = JSON.stringify({
  error: 403,
  message:
    'Only host names of this machine are answered, such as localhost: set WATCHMAN_TOKENS, or listen on another --host, to use others',
})

const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Makes a handler that answers only requests for a host name of this machine, and others with 403. */
export function onlyLoopbackHosts(handler: NodeHandler): NodeHandler {
  return (incoming, outgoing, next) => {
    if (namesLoopback(incoming.headers.host)) return handler(incoming, outgoing, next)
    outgoing.writeHead(403, HEADERS)
    outgoing.end(BODY)
  }
}
