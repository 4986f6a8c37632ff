import type { DynamicModule } from '@nestjs/common'
import type { App, Create, FastifyOptions } from './nests.ts'

/** A Nest of some version with its Fastify platform, whose types differ from one version to the next. */
interface Framework<Adapter> {
  readonly core: {
    readonly NestFactory: {
      create(module: DynamicModule, options: typeof OPTIONS): Promise<App>
      create(module: DynamicModule, adapter: Adapter, options: typeof OPTIONS): Promise<App>
    }
  }
  readonly FastifyAdapter: new (options?: FastifyOptions) => Adapter
}

const OPTIONS = { logger: false, forceCloseConnections: true, abortOnError: false } as const

/** Returns the function that makes an app of this Nest, which does not listen yet. */
export function createWith<Adapter>({ core, FastifyAdapter }: Framework<Adapter>): Create {
  return (module, platform, fastify) =>
    platform === 'express'
      ? core.NestFactory.create(module, OPTIONS)
      : core.NestFactory.create(module, new FastifyAdapter(fastify), OPTIONS)
}
