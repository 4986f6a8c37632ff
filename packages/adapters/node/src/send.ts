import { ServerResponse } from 'node:http'
import { isStream } from './body.ts'
import type { Outgoing } from './exchange.ts'
import { isClosed } from './is-closed.ts'
import type { Reply } from './reply.ts'
import { isTextReply } from './text-reply.ts'

/** The methods as they are when this module is loaded. Libraries replace those of the prototype, too. */
const { writeHead, setHeader, end } = ServerResponse.prototype

/** Sends a reply, unless something else has answered meanwhile or the client has disconnected. Never throws. */
export function send(reply: Reply, outgoing: Outgoing): void {
  if (outgoing.headersSent || isClosed(outgoing)) return
  try {
    if (isTextReply(reply) && isUnpatched(outgoing)) {
      outgoing.writeHead(reply.status, reply.lines) // that of restify returns nothing
      outgoing.end(reply.body, reply.encoding)
      return
    }
    const { status, headers, body } = reply
    outgoing.statusCode = status
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'string') outgoing.setHeader(name, value)
      else for (const cookie of value) outgoing.appendHeader(name, cookie) // keeps the cookies of earlier middleware
    }
    if (isStream(body)) body.pipe(outgoing)
    else outgoing.end(body)
  } catch {
    outgoing.destroy() // a method that something has replaced threw
  }
}

/** Whether nothing has replaced a method: writing all headers at once is faster, but hides them from such methods. */
function isUnpatched(outgoing: Outgoing): outgoing is ServerResponse {
  if (!(outgoing instanceof ServerResponse)) return false
  return outgoing.writeHead === writeHead && outgoing.setHeader === setHeader && outgoing.end === end
}
