import type { Readable } from 'node:stream'
import {
  type Bridge,
  type Incoming,
  isStream,
  type Outgoing,
  pathOf,
  type Reply,
  remembering,
} from '@watchman/node/adapter'
import { type Routing, repairTargets } from './repair-targets.ts'

/** A request of Fastify. */
interface FastifyRequest {
  readonly raw: Incoming
  /** The target that the client asked for; Fastify 4 has it from 4.20 on. */
  readonly originalUrl?: string
}

declare module '@watchman/core' {
  interface RawRequests {
    /** What `@Req()` is in a controller: the request of Fastify. */
    readonly nestFastify: FastifyRequest
  }
}

/** A reply of Fastify, as far as it is used. */
interface FastifyReply {
  readonly raw: Outgoing
  code(status: number): FastifyReply
  headers(headers: Readonly<Record<string, unknown>>): FastifyReply
  serializer(serialize: (body: string) => string): FastifyReply
  send(body: unknown): FastifyReply
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** The instance of Fastify, as far as it is used. */
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
export function onFastify(fastify: Fastify, prefix: string, answer: Bridge): () => void {
  const read = remembering(pathOf)
  const handler: Handler = async (raw, reply) => {
    const { raw: incoming, originalUrl: target } = raw
    const path = read(incoming.url ?? '/').slice(prefix.length)
    const { status, headers, body } = await answer({ incoming, outgoing: reply.raw, path, target, raw })
    if (typeof body === 'string') reply.serializer((text) => text) // Fastify would give JSON a charset
    return reply.code(status).headers(headers).send(payloadOf(body))
  }
  const plugin = async (instance: Fastify) => {
    instance.removeAllContentTypeParsers()
    instance.addContentTypeParser('*', (_request, _payload, done) => done()) // bodies are not read
    instance.setErrorHandler(async (error, request, reply) => {
      if (!/^FST_ERR_CTP/.test(Object(error).code)) throw error
      return handler(request, reply) // a type that is none, of a body that only a refused method has
    })
    instance.setNotFoundHandler(handler) // for methods that no route can have
    for (const path of ['/', '/*']) instance.all(path, { schema: { hide: true } }, handler)
  }
  return () => {
    fastify.register(plugin, { prefix })
    repairTargets(fastify, prefix)
  }
}

function payloadOf(body: Reply['body']): Readable | Buffer | string | undefined {
  if (isStream(body)) return body
  if (body.length === 0) return undefined // Fastify would give nothing a type
  return typeof body === 'string' ? body : Buffer.from(body)
}
