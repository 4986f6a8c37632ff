import type { DynamicModule } from '@nestjs/common'
import { portOf } from '@watchman/test-helpers'
import type { MountedServer } from '@watchman/testing'
import type { App, FastifyOptions, Nest, Platform } from './nests.ts'

/** What an app of a test consists of, beside its controller. */
export interface Parts {
  readonly imports: DynamicModule[]
  /** Is called before the app starts: `app.use(helmet())`. */
  readonly prepare?: (app: App) => unknown
  /** The options of Fastify, on which alone they have a meaning. */
  readonly fastify?: FastifyOptions
}

/** A module with a controller that answers `app` at `/beside` and at whatever nobody else answers. */
export function moduleOf(
  { common }: Pick<Nest, 'common'>,
  { imports }: Pick<Parts, 'imports'>,
): DynamicModule {
  class Controller {
    answer() {
      return 'app'
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Controller.prototype, 'answer') ?? {}
  common.Get(['beside', '*'])(Controller.prototype, 'answer', descriptor)
  common.Controller()(Controller)
  return { module: class Root {}, imports, controllers: [Controller] }
}

/** Starts an app on a free port of the loopback interface. */
export async function start(nest: Nest, platform: Platform, parts: Parts): Promise<MountedServer> {
  const app = await nest.create(moduleOf(nest, parts), platform, parts.fastify)
  await parts.prepare?.(app)
  await app.listen(0, '127.0.0.1')
  return { url: `http://127.0.0.1:${portOf(app.getHttpServer())}`, close: () => app.close() }
}
