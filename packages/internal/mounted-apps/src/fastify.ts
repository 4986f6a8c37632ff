import { fastifyHandler } from '@watchman/fastify'
import { untyped } from '@watchman/test-helpers'
import fastify, { type FastifyInstance } from 'fastify'
import fastify4 from 'fastify-4'
import { type MountedApp, REFUSAL } from './mounted-app.ts'

function registered(name: string, create: () => FastifyInstance): MountedApp {
  return {
    name,
    async start(watchman) {
      const app = create()
      app.addHook('onRequest', async (request, reply) => {
        const { pathname } = new URL(request.url, 'http://localhost')
        if (/^\/watchman\/dashboard(?:\/|$)/.test(pathname)) return reply.code(403).send(REFUSAL)
      })
      app.register(fastifyHandler(watchman), { prefix: '/watchman' })
      const origin = await app.listen({ port: 0, host: '127.0.0.1' })
      const close = async () => {
        app.server.closeAllConnections()
        await app.close()
      }
      return { url: `${origin}/watchman`, close }
    },
  }
}

const createFastify4: () => FastifyInstance = untyped(fastify4)
const lax = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true }

export const fastifyApps: readonly MountedApp[] = [
  registered('Fastify 4', createFastify4),
  registered('Fastify 5', () => fastify()),
  registered('Fastify 5 that ignores case and slashes', () => fastify({ routerOptions: lax })),
]
