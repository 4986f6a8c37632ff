import { randomUUID } from 'node:crypto'
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { createMounting, type Mounting } from './mounting.ts'
import { WATCHMAN, type WatchmanModuleAsyncOptions, type WatchmanModuleOptions } from './options.ts'

const MOUNTING = Symbol('watchman mounting')

/**
 * Mounts a status endpoint in a Nest app, on the Express and on the Fastify platform. Middleware of `app.use` and hooks of
 * Fastify stand in front of it; guards, interceptors, pipes and filters, which belong to controllers, do not.
 *
 * @example
 * @Module({
 *   imports: [
 *     WatchmanModule.forRootAsync({
 *       imports: [DatabaseModule],
 *       inject: [Pool],
 *       useFactory: (pool: Pool) => ({ checks: [databases({ default: pgProbe(pool) })] }),
 *     }),
 *   ],
 * })
 * export class AppModule {}
 */
export class WatchmanModule
  implements NestModule, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly mounting: Mounting

  /** Called by Nest. */
  constructor(mounting: Mounting) {
    this.mounting = mounting
  }

  /**
   * Makes the endpoint of options that are known already. At its start the app throws what `createWatchman` throws, and
   * WatchmanError `INVALID_OPTION` for a path that cannot be mounted.
   */
  static forRoot(options: WatchmanModuleOptions = {}): DynamicModule {
    return WatchmanModule.forRootAsync({ useFactory: () => options })
  }

  /** Makes the endpoint of options that need providers: the clients which the checks ask. Throws as `forRoot` does. */
  static forRootAsync({ imports = [], inject = [], useFactory }: WatchmanModuleAsyncOptions): DynamicModule {
    const make = async (host: HttpAdapterHost, ...providers: readonly unknown[]) =>
      createMounting(host, await useFactory(...providers))
    return {
      module: WatchmanModule,
      imports,
      providers: [
        { provide: MOUNTING, inject: [HttpAdapterHost, ...inject], useFactory: make },
        { provide: WATCHMAN, inject: [MOUNTING], useFactory: ({ endpoint }: Mounting) => endpoint },
        { provide: randomUUID(), useValue: true }, // else Nest 10 takes two that look alike for one
      ],
      exports: [WATCHMAN],
    }
  }

  /** Called by Nest before it registers the routes of controllers. */
  configure(): void {
    this.mounting.mount()
  }

  /** Called by Nest when the shutdown begins. */
  onModuleDestroy(): void {
    this.mounting.shutdown?.hold()
  }

  /** Called by Nest before it closes the server. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    await this.mounting.shutdown?.drain(signal)
  }

  /** Called by Nest when the server is closed: ends what the module has made. */
  async onApplicationShutdown(): Promise<void> {
    this.mounting.shutdown?.end()
    await this.mounting.close()
  }
}

// Called as the functions they are: the syntax of decorators means something else to every other tool.
Module({})(WatchmanModule)
Inject(MOUNTING)(WatchmanModule, undefined, 0)
