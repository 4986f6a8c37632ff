import type { Readable } from 'node:stream'
import { isStream, type Reply } from '@watchman/node/adapter'
import type { FastifyReply } from 'fastify'

/**
 * Sends through Fastify, so that its hooks see the answer, unless one of them has answered meanwhile. Never throws.
 * Returns the reply, by which Fastify knows that it has been sent.
 */
export function send({ status, headers, body }: Reply, reply: FastifyReply): FastifyReply {
  try {
    if (reply.sent) return reply
    reply.code(status).headers(headers)
    if (typeof body === 'string') reply.serializer(identity) // Fastify would add a charset to JSON
    return reply.send(payloadOf(body))
  } catch {
    reply.raw.destroy()
    return reply
  }
}

function payloadOf(body: Reply['body']): Readable | Buffer | string | undefined {
  if (isStream(body)) return body
  if (body.length === 0) return undefined // Fastify would add a content type to an empty body
  return typeof body === 'string' ? body : Buffer.from(body)
}

function identity(body: string): string {
  return body
}
