import type { HttpServer } from '@nestjs/common'
import { createWatchman, WatchmanError, type WatchmanOptions } from '@watchman/core'
import { type Bridge, bridge, type Endpoint } from '@watchman/node/adapter'
import { onExpress } from './on-express.ts'
import { onFastify } from './on-fastify.ts'
import type { WatchmanModuleOptions } from './options.ts'

/** An endpoint on its way into an app. */
export interface Mounting {
  readonly endpoint: Endpoint
  /** Mounts it behind the middleware that there is by now. */
  readonly mount: () => void
  /** Ends what was made for it. */
  readonly close: () => Promise<void>
}

/** What can stand in a path without a meaning to the router of either platform. */
const PLAIN = /^[\w.~-]+(?:\/[\w.~-]+)*$/

/**
 * Makes an endpoint, or takes the one there is, and prepares it to be mounted on `server`, which apps without HTTP lack.
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
  const plain = typeof path === 'string' ? path.replace(/^\/|\/$/g, '') : ''
  if (PLAIN.test(plain)) return `/${plain}`
  const right = "a path without parameters, such as 'watchman' or 'api/health'"
  throw new WatchmanError('INVALID_OPTION', `option path of WatchmanModule must be ${right}`)
}

function prepare(server: HttpServer, prefix: string, answer: Bridge): () => void {
  const platform = server.getType()
  if (platform === 'express') return onExpress(server.getInstance(), prefix, answer)
  if (platform === 'fastify') return onFastify(server.getInstance(), prefix, answer)
  const message = `WatchmanModule works on the platforms express and fastify, not on ${platform}`
  throw new WatchmanError('UNSUPPORTED_VERSION', message)
}
