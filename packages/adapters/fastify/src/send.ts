import { Readable } from 'node:stream'
import type { Reply } from '@watchman/node/adapter'
import type { FastifyReply } from 'fastify'

/** Sends through Fastify, so that its hooks see the answer, unless one of them has answered meanwhile. Never throws. */
export function send({ status, headers, body }: Reply, reply: FastifyReply): void {
  try {
    if (!reply.sent) reply.code(status).headers(headers).send(payloadOf(body))
  } catch {
    reply.raw.destroy()
  }
}

function payloadOf(body: Reply['body']): Readable | Buffer | undefined {
  if (body instanceof Readable) return body
  return body.length > 0 ? Buffer.from(body) : undefined // Fastify would give text a charset, and nothing a type
}
