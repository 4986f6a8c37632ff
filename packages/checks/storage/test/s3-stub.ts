import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { listen } from '@watchman/test-helpers'

/** How the stub deviates from a real object storage. */
export interface Behaviour {
  /** The content that it returns in place of the stored one. */
  readonly content?: string
  /** The size that it reports. */
  readonly size?: number
  /** The status that it answers to HEAD, without a body. */
  readonly status?: number
  /** A method that it does not answer, or not completely. */
  readonly hangs?: 'PUT' | 'GET'
  /** The only path at which it hangs. @default all paths */
  readonly hangsAt?: string
  /** Whether a content that is not sent completely is sent a byte at a time. */
  readonly trickles?: boolean
}

/** Starts an HTTP server with the part of S3 that the driver uses, for responses that a real server cannot be made to give. */
export async function startStub(behaviour: Behaviour) {
  const { content, size, status = 200, hangs, hangsAt, trickles } = behaviour
  const objects = new Map<string, string>()
  const requests: string[] = []
  const state = { hanging: 0 }

  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    const path = url.split('?')[0] ?? ''
    requests.push(`${method} ${path}`)
    let body = ''
    for await (const chunk of request) body += chunk
    if (method === hangs && path === (hangsAt ?? path)) {
      state.hanging += 1
      const sending = trickles && setInterval(() => response.write('.'), 5)
      response.once('close', () => {
        if (sending) clearInterval(sending)
        state.hanging -= 1
      })
      if (method === 'GET') response.writeHead(200, { 'content-length': 1_000_000 }).write('Test')
      return
    }
    if (method === 'PUT') objects.set(path, body)
    if (method === 'DELETE') objects.delete(path)
    const stored = content ?? objects.get(path)
    if (method === 'HEAD' && stored === undefined) response.writeHead(404).end()
    else if (method === 'HEAD') response.writeHead(status, { 'content-length': size ?? stored?.length }).end()
    else
      response
        .writeHead(method === 'DELETE' ? 204 : 200)
        .end(method === 'GET' ? (stored ?? '<ListBucketResult/>') : '')
  })
  const { port, close } = await listen(server)
  return { url: `http://127.0.0.1:${port}`, requests, hanging: () => state.hanging, close }
}

/** Starts a server that does not speak S3: it answers anything with `bytes` and closes the connection. */
export async function startOther(bytes: string) {
  const server = createTcpServer((socket) => void socket.once('data', () => socket.end(bytes)))
  const { port, close } = await listen(server)
  return { address: `127.0.0.1:${port}`, close }
}
