import { escapeMalformedPath, type RouterOptions } from '@watchman/node/adapter'
import type { FastifyInstance } from 'fastify'

/**
 * Lets paths that cannot be decoded reach the endpoint, which does not know them either: Fastify would answer them itself, before
 * any route or hook. Below the prefix of `app` their percent signs are escaped before Fastify decodes the path.
 *
 * A constraint strategy runs before Fastify decodes the path, also after `rewriteUrl` and for `inject`. It never matches, so it
 * does not affect routing.
 */
export function escapeMalformedPaths(app: FastifyInstance): void {
  const { prefix } = app
  const name = `watchman_${Buffer.from(prefix).toString('hex')}` // an identifier, in code that Fastify compiles
  if (app.hasConstraintStrategy(name)) return // the same prefix again: Fastify refuses the routes
  const escapePath = escapeMalformedPath(prefix, routerOptionsOf(app))
  app.addConstraintStrategy({
    name,
    mustMatchWhenDerived: true, // derives it although no route has it
    storage: () => ({ get: () => null, set: () => {} }),
    deriveConstraint(incoming) {
      const { url = '' } = incoming
      if (url.includes('%')) incoming.url = escapePath(url)
    },
  })
}

/** Each option can be set in two places; the value that is not the default counts. */
function routerOptionsOf({ initialConfig }: FastifyInstance): RouterOptions {
  const configs = [initialConfig, initialConfig.routerOptions]
  return {
    caseSensitive: configs.every((config) => config?.caseSensitive !== false),
    ignoreDuplicateSlashes: configs.some((config) => config?.ignoreDuplicateSlashes),
  }
}
