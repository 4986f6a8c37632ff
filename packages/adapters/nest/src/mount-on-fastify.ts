import type { Endpoint } from '@watchman/core/adapter'
import { fastifyHandler } from '@watchman/fastify'

/** The part of the Fastify instance below Nest that is used. */
interface Fastify {
  register(plugin: ReturnType<typeof fastifyHandler>, options: { readonly prefix: string }): unknown
}

/** Returns how to mount on the instance of Fastify below Nest. */
export function mountOnFastify(fastify: Fastify, prefix: string, endpoint: Endpoint): () => void {
  const plugin = fastifyHandler(endpoint)
  return () => fastify.register(plugin, { prefix })
}
