import type { IncomingMessage, ServerResponse } from 'node:http'
import { splitTarget } from '@watchman/core/adapter'

/**
 * Returns the value of a header. Several of one name are joined: `headers` keeps only the first Authorization header, while a
 * proxy may have checked another one.
 */
export function headerOf({ headersDistinct }: IncomingMessage, name: string): string | undefined {
  return headersDistinct[name]?.join(name === 'cookie' ? '; ' : ', ')
}

/** Makes a `Request` without its body, for check functions, `authorize` and views. Its signal aborts when the client disconnects. */
export function toRequest(incoming: IncomingMessage, outgoing: ServerResponse, target: string): Request {
  const headers = new Headers()
  for (const name of Object.keys(incoming.headersDistinct)) {
    headers.append(name, headerOf(incoming, name) ?? '')
  }
  const { method = 'GET' } = incoming
  return new Request(urlOf(incoming, target), { method, headers, signal: disconnectSignal(outgoing) })
}

function disconnectSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    if (!outgoing.writableEnded) controller.abort()
  }
  if (outgoing.destroyed) abort()
  else outgoing.once('close', abort)
  return controller.signal
}

/** A host that cannot be part of a URL is ignored. */
function urlOf({ headers, socket }: IncomingMessage, target: string): URL {
  const { path, search } = splitTarget(target)
  const url = new URL('encrypted' in socket ? 'https://localhost' : 'http://localhost')
  url.host = headers.host ?? ''
  url.pathname = path
  url.search = search
  return url
}
