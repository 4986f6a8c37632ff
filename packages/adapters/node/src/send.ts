import { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Outgoing } from './exchange.ts'
import { hasClosed } from './has-closed.ts'
import type { Reply } from './reply.ts'

/** Sends a reply, unless somebody else has answered meanwhile or the client is gone. Never throws. */
export function send({ status, headers, lines, encoding = 'utf8', body }: Reply, outgoing: Outgoing): void {
  if (outgoing.headersSent || hasClosed(outgoing)) return
  try {
    if (lines && isPlain(outgoing)) return void outgoing.writeHead(status, lines).end(body, encoding)
    outgoing.statusCode = status
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'string') outgoing.setHeader(name, value)
      else for (const cookie of value) outgoing.appendHeader(name, cookie) // those of middleware in front stay
    }
    if (body instanceof Readable) body.pipe(outgoing)
    else outgoing.end(body)
  } catch {
    outgoing.destroy() // middleware that has put itself in between threw
  }
}

/** Whether no middleware has put itself in between: all headers at once cost less, but not all of it sees them then. */
function isPlain(outgoing: Outgoing): outgoing is ServerResponse {
  const { writeHead, setHeader, end } = ServerResponse.prototype
  if (!(outgoing instanceof ServerResponse)) return false
  return outgoing.writeHead === writeHead && outgoing.setHeader === setHeader && outgoing.end === end
}
