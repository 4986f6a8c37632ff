import http, { type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { memberOf } from '@watchman/core/driver'
import type { AgentQueue } from './agent-queue.ts'
import { explainError } from './explain-error.ts'

/** How many bytes of a body are read; the rest is cut off. */
const MAX_BODY = 1024 * 1024

/** What is requested. */
export interface HttpRequest {
  readonly url: URL
  readonly method: string
  /** Their names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** How a server is reached. */
export interface Route {
  /** Undefined for a connection that only this request uses. */
  readonly agent: Agent | undefined
  /** The path of a Unix domain socket. Undefined for TCP. */
  readonly socketPath: string | undefined
}

/** What a server answered. */
export interface HttpResponse {
  readonly status: number
  /** Their names are in lower case. */
  readonly headers: IncomingHttpHeaders
  /** The first MiB of the body, read as UTF-8. */
  readonly body: string
}

/**
 * Sends a request and reads the response. Rejects when `signal` aborts. A server may close an idle connection of an agent at the
 * moment when it is used: a GET or HEAD is then sent over another one, until that is a new one.
 */
export async function exchange(
  request: HttpRequest,
  route: Route,
  queue: AgentQueue,
  signal: AbortSignal,
): Promise<HttpResponse> {
  for (;;) {
    await queue.enter(signal)
    const response = await send(request, route, queue, signal)
    if (response) return response
  }
}

/** Resolves to undefined if the server had closed the idle connection that was used. */
function send(
  { url, method, headers }: HttpRequest,
  { agent, socketPath }: Route,
  queue: AgentQueue,
  signal: AbortSignal,
): Promise<HttpResponse | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const { request: open } = url.protocol === 'https:' ? https : http
    // Without an agent, each run opens a connection and closes it, so that it tests name, port and certificate too.
    const request = open(url, { method, headers, agent: agent ?? false, socketPath })
    let bytesBefore = 0
    let isAnswered = false
    const settle = () => signal.removeEventListener('abort', abort)

    function abort(): void {
      reject(queue.leave(agent, request, signal.reason) ?? signal.reason)
      request.destroy()
      settle()
    }

    function fail(error: unknown): void {
      const code = memberOf(error, 'code')
      const isClosed = code === 'ECONNRESET' || code === 'EPIPE'
      const isSilent = request.socket?.bytesRead === bytesBefore
      const isSafe = method === 'GET' || method === 'HEAD'
      if (request.reusedSocket && isClosed && isSilent && isSafe) resolve(undefined)
      else reject(explainError(error))
    }

    signal.addEventListener('abort', abort)
    request.once('socket', (socket) => {
      bytesBefore = socket.bytesRead
    })
    request.once('response', (response) => {
      isAnswered = true
      readBody(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        fail,
      )
    })
    request.once('upgrade', (response, socket) => {
      isAnswered = true
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' })
    })
    request.on('error', fail)
    request.once('close', () => {
      settle()
      if (!isAnswered) fail(new Error('the connection was closed')) // does nothing after an error
    })
    request.end()
  })
}

/** Reads the start of a body. The connection can be reused if that was all of it, else it is closed. */
async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= MAX_BODY) break
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, MAX_BODY))
}
