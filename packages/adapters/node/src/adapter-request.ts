import { type AdapterRequest, splitTarget } from '@watchman/core/adapter'
import type { Exchange, Incoming, Outgoing } from './exchange.ts'
import { isClosed } from './is-closed.ts'
import { platform } from './platform.ts'
import { urlOf } from './url-of.ts'

/** Describes a request of Node to the endpoint. A `Request`, which costs more than everything else, is made only when needed. */
export function adapterRequest(
  { incoming, outgoing, target = incoming.url ?? '/', raw }: Exchange,
  path: string,
): AdapterRequest {
  return {
    method: incoming.method ?? 'GET',
    path,
    search: splitTarget(target).search,
    header: (name) => headerOf(incoming, name),
    request: () => toRequest(incoming, outgoing, target),
    raw,
  }
}

function headerOf({ headers, rawHeaders }: Incoming, name: string): string | undefined {
  const value = headers[name]
  if (value === undefined) return undefined
  if (name === 'authorization') return severalAuthorizations(rawHeaders) ?? `${value}`
  return Array.isArray(value) ? value.join(', ') : value
}

/**
 * Joins several Authorization headers: `headers` has only the first of them, while a proxy may have checked another one. Joined
 * they are no valid credentials, so that the request is refused. https://nodejs.org/api/http.html#messageheaders
 */
function severalAuthorizations(rawHeaders: readonly string[]): string | undefined {
  const all = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  )
  return all.length > 1 ? all.join(', ') : undefined
}

/** Makes the request without its body. Its signal aborts when the client disconnects. */
function toRequest(incoming: Incoming, outgoing: Outgoing, target: string): Request {
  const headers = new platform.Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name.startsWith(':')) continue // HTTP/2 has the method and the target here
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one)
  }
  const authorization = headerOf(incoming, 'authorization')
  if (authorization !== undefined) headers.set('authorization', authorization)
  const { method = 'GET' } = incoming
  return new platform.Request(urlOf(incoming, target), {
    method,
    headers,
    signal: disconnectSignal(outgoing),
  })
}

function disconnectSignal(outgoing: Outgoing): AbortSignal {
  const controller = new AbortController()
  const abort = () => {
    if (!outgoing.writableEnded) controller.abort()
  }
  if (isClosed(outgoing)) abort()
  else outgoing.once('close', abort)
  return controller.signal
}
