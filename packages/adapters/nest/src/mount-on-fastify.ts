import type { Readable } from 'node:stream'
import { splitTarget } from '@watchman/core/adapter'
import { memberOf } from '@watchman/core/driver'
import { type Bridge, type Incoming, isStream, type Outgoing, type Reply } from '@watchman/node/adapter'
import { escapeMalformedPaths, type Routing } from './escape-malformed-paths.ts'

/** The part of Fastify's requests that is used. */
export interface FastifyRequest {
  readonly raw: Incoming
  readonly headers: Incoming['headers']
  /** The target that the client requested. Fastify has it since 4.20. */
  readonly originalUrl?: string
}

/** The part of Fastify's replies that is used. */
interface FastifyReply {
  readonly raw: Outgoing
  code(status: number): FastifyReply
  headers(headers: Readonly<Record<string, unknown>>): FastifyReply
  serializer(serialize: (body: string) => string): FastifyReply
  send(body: unknown): FastifyReply
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** The part of a Fastify instance that is used. */
interface Fastify extends Routing {
  register(plugin: (instance: Fastify) => Promise<void>, options: { readonly prefix: string }): unknown
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: '*',
    parser: (request: unknown, payload: unknown, done: () => void) => void,
  ): unknown
  setNotFoundHandler(handler: Handler): unknown
  setErrorHandler(
    handler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ): unknown
  all(path: string, options: { readonly schema: object }, handler: Handler): unknown
}

/** Returns how to mount on the instance below Nest, whose versions 4 and 5 look alike from here. */
export function mountOnFastify(fastify: Fastify, prefix: string, answer: Bridge): () => void {
  const handler: Handler = async (raw, reply) => {
    const { raw: incoming, originalUrl: target } = raw
    const path = splitTarget(incoming.url ?? '/').path.slice(prefix.length)
    const { status, headers, body } = await answer({ incoming, outgoing: reply.raw, path, target, raw })
    if (typeof body === 'string') reply.serializer((text) => text) // Fastify would add a charset to JSON
    return reply.code(status).headers(headers).send(payloadOf(body))
  }
  const plugin = async (instance: Fastify) => {
    instance.removeAllContentTypeParsers()
    instance.addContentTypeParser('*', (_request, _payload, done) => done()) // bodies are not read
    instance.setErrorHandler(async (error, request, reply) => {
      if (!`${memberOf(error, 'code')}`.startsWith('FST_ERR_CTP')) throw error
      return handler(request, reply) // invalid Content-Type; the method is rejected anyway
    })
    instance.setNotFoundHandler(handler) // for methods that no route can have
    for (const path of ['/', '/*']) instance.all(path, { schema: { hide: true } }, handler)
  }
  return () => {
    fastify.register(plugin, { prefix })
    escapeMalformedPaths(fastify, prefix)
  }
}

function payloadOf(body: Reply['body']): Readable | Buffer | string | undefined {
  if (isStream(body)) return body
  if (body.length === 0) return undefined // Fastify would add a content type to an empty body
  return typeof body === 'string' ? body : Buffer.from(body)
}
