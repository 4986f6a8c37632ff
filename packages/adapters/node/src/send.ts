import type { ServerResponse } from 'node:http'
import { isStream } from './body.ts'
import type { Outgoing } from './exchange.ts'
import { hasClosed } from './has-closed.ts'
import { once } from './once.ts'
import type { Reply } from './reply.ts'
import { isTextReply } from './text-reply.ts'

/** Not imported: a server has loaded it by the time of the first reply. */
const http = once(() => process.getBuiltinModule('node:http'))

/** Sends a reply when it is there, unless somebody else has answered meanwhile or the client is gone. Never throws. */
export function send(reply: Reply | Promise<Reply>, outgoing: Outgoing): void {
  if (reply instanceof Promise) void reply.then((reply) => write(reply, outgoing))
  else write(reply, outgoing)
}

function write(reply: Reply, outgoing: Outgoing): void {
  if (outgoing.headersSent || hasClosed(outgoing)) return
  try {
    if (isTextReply(reply) && isPlain(outgoing)) {
      outgoing.writeHead(reply.status, reply.lines).end(reply.body, reply.encoding)
      return
    }
    const { status, headers, body } = reply
    outgoing.statusCode = status
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'string') outgoing.setHeader(name, value)
      else for (const cookie of value) outgoing.appendHeader(name, cookie) // those of middleware in front stay
    }
    if (isStream(body)) body.pipe(outgoing)
    else outgoing.end(body)
  } catch {
    outgoing.destroy() // middleware that has put itself in between threw
  }
}

/** Whether no middleware has put itself in between: all headers at once cost less, but not all of it sees them then. */
function isPlain(outgoing: Outgoing): outgoing is ServerResponse {
  const { ServerResponse } = http()
  const { writeHead, setHeader, end } = ServerResponse.prototype
  if (!(outgoing instanceof ServerResponse)) return false
  return outgoing.writeHead === writeHead && outgoing.setHeader === setHeader && outgoing.end === end
}
