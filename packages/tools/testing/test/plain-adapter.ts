import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type Endpoint, type Handle, handleOf, splitTarget } from '@watchman/core/adapter'
import { listen, type MountedServer } from '@watchman/testing'

/** A minimal adapter for `node:http`: makes a request listener of the handle of a watchman or of one of its views. */
function plainListener(handle: Handle): RequestListener {
  return async (incoming, outgoing) => {
    const { method = 'GET', url = '/' } = incoming
    const controller = new AbortController()
    outgoing.once('close', () => controller.abort())
    try {
      const response = await handle({
        ...splitTarget(url),
        method,
        header: (name) => incoming.headersDistinct[name]?.join(', '),
        request: () => toRequest(incoming, controller.signal),
        raw: incoming,
      })
      if ('kind' in response) outgoing.writeHead(response.status, response.headers).end(response.body)
      else await sendResponse(response, outgoing)
    } catch {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(400).end()
    }
  }
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers, headersDistinct } = incoming
  const { path, search } = splitTarget(url)
  const pairs = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return new Request(`http://${headers.host || 'localhost'}${path}${search}`, {
    method,
    headers: pairs,
    signal,
  })
}

async function sendResponse({ status, headers, body }: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(status, [...headers].flat())
  const reader = body?.getReader()
  outgoing.once('close', () => reader?.cancel().catch(() => {}))
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    outgoing.write(part.value)
  }
  outgoing.end()
}

/** Starts a server that answers with a handle. */
export function serve(handle: Handle): Promise<MountedServer> {
  return listen(createServer(plainListener(handle)))
}

/** Starts a server with a watchman, or one of its views, at its root. */
export function mount(endpoint: Endpoint): Promise<MountedServer> {
  return serve(handleOf(endpoint, 'plainListener'))
}
