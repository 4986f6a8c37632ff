import type { FactoryProvider, ModuleMetadata } from '@nestjs/common'
import type { CheckContext, WatchmanOptions } from '@watchman/core'
import type { Endpoint } from '@watchman/core/adapter'
import { isObject } from '@watchman/core/driver'
import type { Incoming } from '@watchman/node/adapter'
import type { ExpressRequest } from './mount-on-express.ts'

/** The part of Fastify's requests that is typed: apps on Express do not have the types of Fastify. */
interface FastifyRequest {
  readonly raw: Incoming
  readonly headers: Incoming['headers']
  /** The target that the client requested. Fastify has it since 4.20. */
  readonly originalUrl?: string
}

/** How the module shuts down, in an app that calls `enableShutdownHooks()`. */
export interface ShutdownOptions {
  /**
   * Milliseconds after the signal in which requests are still accepted, while the load balancer takes the instance out. There is no
   * delay on a terminal, nor without a signal, as where `app.close()` is called.
   *
   * @default 5000
   */
  readonly delay?: number | undefined
  /** Milliseconds after the delay in which requests must end. What has not ended by then is cut off. @default 30_000 */
  readonly timeout?: number | undefined
}

/** How the endpoint is mounted and shut down. */
interface ModuleOptions {
  /**
   * The path below which it answers, such as `'api/health'`. The global prefix applies to controllers only.
   * @default 'watchman'
   */
  readonly path?: string | undefined
  /**
   * Holds readiness at a signal, accepts requests for a delay, asks callers to leave, and waits for the requests in flight, all before
   * `onApplicationShutdown` is called. Give it to one module of an app.
   *
   * @default none: requests in flight are left to Nest
   */
  readonly shutdown?: ShutdownOptions | undefined
}

/** Options of a watchman that the module makes and closes. */
interface Made extends WatchmanOptions, ModuleOptions {
  readonly watchman?: undefined
}

/** A watchman that is made and closed elsewhere. */
interface Given extends ModuleOptions {
  /** A watchman, or one of its functions such as `watchman.bare`. */
  readonly watchman: Endpoint
}

/**
 * Options of `WatchmanModule.forRoot`: those of `createWatchman`, or an existing watchman, and `path` and `shutdown`. Without `logger`
 * the watchman writes to Nest's own logger.
 */
export type WatchmanModuleOptions = Made | Given

/** Options of `WatchmanModule.forRootAsync`. */
export interface WatchmanModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<WatchmanModuleOptions>, 'inject' | 'useFactory'> {}

/** The token by which the watchman, or what was given in its place, is injected: `@Inject(WATCHMAN)`. */
export const WATCHMAN = Symbol.for('watchman.nest')

/**
 * Returns what `@Req()` is in a controller, the request of Express or of Fastify, in a check function, where it came through
 * `WatchmanModule`.
 *
 * @example
 * defineCheck('tenant', (_, context) => ({ tenant: { id: nestRequest(context)?.headers['x-tenant'] } }))
 */
export function nestRequest({ raw }: CheckContext): ExpressRequest | FastifyRequest | undefined {
  return isNestRequest(raw) ? raw : undefined
}

function isNestRequest(raw: unknown): raw is ExpressRequest | FastifyRequest {
  return isObject(raw) && ('raw' in raw || 'originalUrl' in raw)
}
