import type { HttpServer } from '@nestjs/common'
import { createWatchman, WatchmanError, type WatchmanOptions } from '@watchman/core'
import { type Endpoint, handleOf } from '@watchman/core/adapter'
import { validateValue } from '@watchman/core/driver'
import { mountOnExpress } from './mount-on-express.ts'
import { mountOnFastify } from './mount-on-fastify.ts'
import { createNestLogger } from './nest-logger.ts'
import type { WatchmanModuleOptions } from './options.ts'
import { createShutdown, type Shutdown } from './shutdown.ts'

/** An endpoint on its way into an app. */
export interface Mounting {
  readonly endpoint: Endpoint
  /** Mounts it behind the middleware that has been registered by then. */
  readonly mount: () => void
  /** Ends the app's server without losing requests. Undefined without the option. */
  readonly shutdown: Shutdown | undefined
  /** Closes what was made for it. */
  readonly close: () => Promise<void>
}

/** A path without characters that mean something to the router of either platform. */
const PLAIN = /^[\w.~-]+(?:\/[\w.~-]+)*$/

/** Holds the app below Nest. An app without HTTP has none, and a testing module not yet when it makes its providers. */
export interface Host {
  readonly httpAdapter: HttpServer | undefined
}

/**
 * Makes an endpoint, or uses the given one, and prepares it to be mounted on the app below Nest.
 *
 * @throws WatchmanError `INVALID_OPTION` for a path that cannot be mounted, for anything else than an endpoint and for a wrong `shutdown`,
 * `UNSUPPORTED_VERSION` for a platform that is neither Express nor Fastify; what `createWatchman` throws.
 */
export function createMounting(host: Host, all: WatchmanModuleOptions): Mounting {
  const { path, watchman, shutdown: shutdownOptions, ...options } = all
  const prefix = toPrefix(path)
  const { endpoint, close } = watchman ? { endpoint: watchman, close: async () => {} } : make(options)
  handleOf(endpoint, 'WatchmanModule') // refuses anything else than an endpoint, also in an app without HTTP
  const shutdown = shutdownOptions && createShutdown(host, endpoint, shutdownOptions)
  const early = prepare(host, prefix, endpoint)
  function mount(): void {
    shutdown?.follow()
    const mountPrepared = early ?? prepare(host, prefix, endpoint)
    mountPrepared?.()
  }
  return { endpoint, mount, shutdown, close }
}

function make(options: WatchmanOptions): Pick<Mounting, 'endpoint' | 'close'> {
  const endpoint = createWatchman({ ...options, logger: options.logger ?? createNestLogger() })
  return { endpoint, close: endpoint.close }
}

function toPrefix(path: unknown = 'watchman'): string {
  const right = "a path without parameters, such as 'watchman' or 'api/health'"
  const trimmed = typeof path === 'string' ? path.replace(/^\/|\/$/g, '') : ''
  validateValue('WatchmanModule', 'path', path, { expected: right, matches: () => PLAIN.test(trimmed) })
  return `/${trimmed}`
}

function prepare(
  { httpAdapter: server }: Host,
  prefix: string,
  endpoint: Endpoint,
): (() => void) | undefined {
  if (!server) return undefined
  const platform = server.getType()
  if (platform === 'express') return mountOnExpress(server.getInstance(), prefix, endpoint)
  if (platform === 'fastify') return mountOnFastify(server.getInstance(), prefix, endpoint)
  const message = `WatchmanModule works on the platforms express and fastify, not on ${platform}`
  throw new WatchmanError('UNSUPPORTED_VERSION', message)
}
