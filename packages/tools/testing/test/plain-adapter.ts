import { createServer, type IncomingMessage } from 'node:http'
import type { Awaitable, Watchman } from '@watchman/core'
import { listen, type MountedServer } from '@watchman/testing'

declare module '@watchman/core' {
  interface RawRequests {
    readonly plain: IncomingMessage
  }
}

/** What an adapter makes of its watchman: the answer to one request. */
export type Answering = (request: Request, framed: { readonly raw: IncomingMessage }) => Awaitable<Response>

/** Serves an adapter as plain as it gets: it builds a whole `Request` and streams the `Response`. */
export function serve(answer: Answering): Promise<MountedServer> {
  const server = createServer(async (incoming, outgoing) => {
    const headers = new Headers()
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value)
    }
    const controller = new AbortController()
    outgoing.once('close', () => controller.abort())
    try {
      const target = `${incoming.url}`.replace(/^http:\/\/[^/]*/, '').replace(/^(?!\/)/, '/')
      const { method = 'GET' } = incoming
      const { signal } = controller
      const url = `http://${incoming.headers.host || 'localhost'}${target}`
      const response = await answer(new Request(url, { method, headers, signal }), { raw: incoming })
      outgoing.writeHead(response.status, [...response.headers].flat())
      const reader = response.body?.getReader()
      outgoing.once('close', () => reader?.cancel().catch(() => {}))
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        outgoing.write(part.value)
      outgoing.end()
    } catch {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(400).end()
    }
  })
  return listen(server)
}

/** The path of a request. */
export function pathOf({ url }: Request): string {
  return new URL(url).pathname
}

/** Mounts a watchman at the root. */
export function mount({ handle }: Watchman): Promise<MountedServer> {
  return serve((request, framed) => handle(request, { path: pathOf(request), ...framed }))
}
