import 'reflect-metadata'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Watchman } from '@watchman/core'
import { WatchmanModule } from '@watchman/nest'
import { portOf } from '@watchman/test-helpers'
import type { MountedServer } from '@watchman/testing'
import type { RequestHandler } from 'express'
import { type MountedApp, REFUSAL } from './mounted-app.ts'

const OPTIONS = { logger: false, forceCloseConnections: true, abortOnError: false } as const

const guard: RequestHandler = (_request, response) => void response.status(403).send(REFUSAL)

function moduleOf(watchman: Watchman) {
  return { module: class Root {}, imports: [WatchmanModule.forRoot({ watchman })] }
}

async function started(app: INestApplication): Promise<MountedServer> {
  await app.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${portOf(app.getHttpServer())}/watchman`, close: () => app.close() }
}

export const nestApps: readonly MountedApp[] = [
  {
    name: 'Nest on Express',
    ignoresCase: true,
    async start(watchman) {
      const app = await NestFactory.create<NestExpressApplication>(moduleOf(watchman), OPTIONS)
      app.disable('x-powered-by')
      return started(app.use('/watchman/dashboard', guard))
    },
  },
  {
    name: 'Nest on Fastify',
    async start(watchman) {
      const adapter = new FastifyAdapter()
      adapter.getInstance().addHook('onRequest', async (request, reply) => {
        const { pathname } = new URL(request.url, 'http://localhost')
        if (/^\/watchman\/dashboard(?:\/|$)/.test(pathname)) return reply.code(403).send(REFUSAL)
      })
      return started(await NestFactory.create(moduleOf(watchman), adapter, OPTIONS))
    },
  },
]
