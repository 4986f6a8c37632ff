import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'

/** What the stub does that an object storage does not do on request. */
export interface Behaviour {
  /** What it answers in place of what was put. */
  readonly content?: string
  /** What it says the size is. */
  readonly size?: number
  /** What it answers to HEAD, without a body. */
  readonly status?: number
  /** A method it does not answer, or not to the end. */
  readonly hangs?: 'PUT' | 'GET'
}

/** Starts an HTTP server with as much of S3 as the driver sees, to answer what no real one can be made to. */
export async function startStub({ content, size, status = 200, hangs }: Behaviour) {
  const objects = new Map<string, string>()
  const requests: string[] = []
  const state = { hanging: 0 }

  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    const path = url.split('?')[0] ?? ''
    requests.push(`${method} ${path}`)
    let body = ''
    for await (const chunk of request) body += chunk
    if (method === hangs) {
      state.hanging += 1
      response.once('close', () => {
        state.hanging -= 1
      })
      if (method === 'GET') response.writeHead(200, { 'content-length': 66 }).write('Test')
      return
    }
    if (method === 'PUT') objects.set(path, body)
    if (method === 'DELETE') objects.delete(path)
    const stored = content ?? objects.get(path) ?? ''
    if (method === 'HEAD') response.writeHead(status, { 'content-length': size ?? stored.length }).end()
    else response.writeHead(method === 'DELETE' ? 204 : 200).end(method === 'GET' ? stored : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port }: Partial<AddressInfo> = Object(server.address())
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    hanging: () => state.hanging,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

/** Starts what is no S3: it answers anything with `bytes` and closes the connection. */
export async function startOther(bytes: string) {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(bytes))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port }: Partial<AddressInfo> = Object(server.address())
  return { address: `127.0.0.1:${port}`, stop: () => new Promise((resolve) => server.close(resolve)) }
}
