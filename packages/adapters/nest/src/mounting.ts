import type { HttpServer } from '@nestjs/common'
import { createWatchman, WatchmanError, type WatchmanOptions } from '@watchman/core'
import type { Endpoint } from '@watchman/core/adapter'
import { validateValue } from '@watchman/core/driver'
import { type Bridge, bridge } from '@watchman/node/adapter'
import { mountOnExpress } from './mount-on-express.ts'
import { mountOnFastify } from './mount-on-fastify.ts'
import type { WatchmanModuleOptions } from './options.ts'

/** An endpoint on its way into an app. */
export interface Mounting {
  readonly endpoint: Endpoint
  /** Mounts it behind the middleware that has been registered by then. */
  readonly mount: () => void
  /** Closes what was made for it. */
  readonly close: () => Promise<void>
}

/** A path without characters that mean something to the router of either platform. */
const PLAIN = /^[\w.~-]+(?:\/[\w.~-]+)*$/

/**
 * Makes an endpoint, or uses the given one, and prepares it to be mounted on `server`, which apps without HTTP lack.
 *
 * @throws WatchmanError `INVALID_OPTION` for a path that cannot be mounted, `UNSUPPORTED_VERSION` for a platform that is
 * neither Express nor Fastify; what `createWatchman` and `bridge` throw.
 */
export function createMounting(server: HttpServer | undefined, all: WatchmanModuleOptions): Mounting {
  const { path, watchman, ...options } = all
  const prefix = toPrefix(path)
  const { endpoint, close } = watchman ? { endpoint: watchman, close: async () => {} } : make(options)
  const answer = bridge(endpoint, 'WatchmanModule')
  return { endpoint, mount: server ? prepare(server, prefix, answer) : () => {}, close }
}

function make(options: WatchmanOptions): Pick<Mounting, 'endpoint' | 'close'> {
  const endpoint = createWatchman(options)
  return { endpoint, close: endpoint.close }
}

function toPrefix(path: unknown = 'watchman'): string {
  const right = "a path without parameters, such as 'watchman' or 'api/health'"
  const trimmed = typeof path === 'string' ? path.replace(/^\/|\/$/g, '') : ''
  validateValue('WatchmanModule', 'path', path, { expected: right, matches: () => PLAIN.test(trimmed) })
  return `/${trimmed}`
}

function prepare(server: HttpServer, prefix: string, answer: Bridge): () => void {
  const platform = server.getType()
  if (platform === 'express') return mountOnExpress(server.getInstance(), prefix, answer)
  if (platform === 'fastify') return mountOnFastify(server.getInstance(), prefix, answer)
  const message = `WatchmanModule works on the platforms express and fastify, not on ${platform}`
  throw new WatchmanError('UNSUPPORTED_VERSION', message)
}
