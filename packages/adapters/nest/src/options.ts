import type { FactoryProvider, ModuleMetadata } from '@nestjs/common'
import type { WatchmanOptions } from '@watchman/core'
import type { Endpoint } from '@watchman/node/adapter'

/** Where the endpoint answers. */
interface Place {
  /**
   * The path below which it answers, whatever the global prefix, which stands in front of controllers only: `'api/health'`.
   * @default 'watchman'
   */
  readonly path?: string | undefined
}

/** Options of a watchman that the module makes and closes. */
interface Made extends WatchmanOptions, Place {
  readonly watchman?: undefined
}

/** A watchman that was made elsewhere, and is closed there. */
interface Given extends Place {
  /** A watchman, or one of its views such as `watchman.bare`. */
  readonly watchman: Endpoint
}

/** Options of `WatchmanModule.forRoot`: those of `createWatchman` and `path`, or a watchman that there is already. */
export type WatchmanModuleOptions = Made | Given

/** Options of `WatchmanModule.forRootAsync`. */
export interface WatchmanModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<WatchmanModuleOptions>, 'inject' | 'useFactory'> {}

/** The token by which the watchman, or what was given in its place, is injected: `@Inject(WATCHMAN)`. */
export const WATCHMAN = Symbol('watchman')
