import { type Comparison, decodableBelow } from '@watchman/node/adapter'
import type { FastifyInstance } from 'fastify'

/**
 * Fastify answers a path that it cannot decode by itself, before any route and any hook. Below the prefix of `app` such a
 * path is encoded anew before Fastify reads it, so that it reaches the endpoint, which knows no such path either way.
 *
 * Constraints are derived before the path is read: behind `rewriteUrl`, at each address, and of what is injected. This one
 * is never found in a request, so that it binds no route.
 */
export function repairTargets(app: FastifyInstance): void {
  const { prefix } = app
  const name = `watchman_${Buffer.from(prefix).toString('hex')}` // an identifier, in code that Fastify compiles
  if (app.hasConstraintStrategy(name)) return // the same prefix again: Fastify refuses the routes
  const repair = decodableBelow(prefix, comparisonOf(app))
  app.addConstraintStrategy({
    name,
    mustMatchWhenDerived: true, // so that it is derived although no route has it
    storage: () => ({ get: () => null, set: () => {} }),
    deriveConstraint(incoming) {
      const { url = '' } = incoming
      if (url.includes('%')) incoming.url = repair(url)
    },
  })
}

/** Each can be said in two places, where what is not the default holds. */
function comparisonOf({ initialConfig }: FastifyInstance): Comparison {
  const configs = [initialConfig, initialConfig.routerOptions]
  return {
    caseSensitive: configs.every((config) => config?.caseSensitive !== false),
    ignoreDuplicateSlashes: configs.some((config) => config?.ignoreDuplicateSlashes),
  }
}
