import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type TextResponse, textResponse } from '@watchman/core/adapter'

/** Headers that belong to a connection: Node sets its own. */
const CONNECTION_HEADERS = [
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Sends the answer, unless the client has disconnected or something else has answered. Never rejects. */
export async function writeResponse(
  answer: TextResponse | Response,
  method: string,
  outgoing: ServerResponse,
): Promise<void> {
  const isClosed = outgoing.destroyed || outgoing.headersSent
  if ('kind' in answer) {
    if (!isClosed) writeText(answer, method, outgoing)
    return
  }
  const { status, body } = answer
  if (isClosed) return discard(body)
  try {
    outgoing.writeHead(status, headersOf(answer))
  } catch {
    discard(body)
    return writeText(textResponse(500), method, outgoing) // Node cannot send one of the headers
  }
  if (body && method !== 'HEAD') return writeBody(body, outgoing)
  discard(body)
  outgoing.end()
}

function discard(body: Response['body']): void {
  body?.cancel().catch(() => {})
}

function writeText({ status, headers, body }: TextResponse, method: string, outgoing: ServerResponse): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  outgoing.end(method === 'HEAD' ? '' : body)
}

/** Sends a body while it is read. It is cancelled when the client disconnects, and when it fails its connection ends. */
async function writeBody(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader()
  outgoing.once('close', () => void reader.cancel().catch(() => {}))
  outgoing.flushHeaders()
  try {
    await pipeline(chunksOf(reader), outgoing)
  } catch {
    outgoing.destroy()
  }
}

async function* chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

function headersOf({ headers }: Response): OutgoingHttpHeaders {
  const all: OutgoingHttpHeaders = Object.fromEntries(headers)
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) all['set-cookie'] = cookies
  for (const name of CONNECTION_HEADERS) delete all[name]
  return all
}
