import type { Readable } from 'node:stream'
import { isStream, type Reply } from '@watchman/node/adapter'
import type { FastifyReply } from 'fastify'

/**
 * Sends through Fastify, so that its hooks see the answer, unless one of them has answered meanwhile. Never throws.
 * Returns the reply, which tells Fastify that it is answered.
 */
export function send({ status, headers, body }: Reply, reply: FastifyReply): FastifyReply {
  try {
    if (reply.sent) return reply
    reply.code(status).headers(headers)
    if (typeof body === 'string') reply.serializer(asItIs) // Fastify would give JSON a charset
    return reply.send(payloadOf(body))
  } catch {
    reply.raw.destroy()
    return reply
  }
}

function payloadOf(body: Reply['body']): Readable | Buffer | string | undefined {
  if (isStream(body)) return body
  if (body.length === 0) return undefined // Fastify would give nothing a type
  return typeof body === 'string' ? body : Buffer.from(body)
}

function asItIs(body: string): string {
  return body
}
