import { escapeMalformedPath, type Incoming, type RouterOptions } from '@watchman/node/adapter'

/** The options of Fastify's router. */
interface RouterConfig {
  readonly caseSensitive?: boolean
  readonly ignoreDuplicateSlashes?: boolean
}

/** What Fastify evaluates for each request before it looks for a route. */
interface ConstraintStrategy {
  readonly name: string
  readonly mustMatchWhenDerived: boolean
  readonly storage: () => { get(key: unknown): null; set(key: unknown, handler: unknown): void }
  readonly deriveConstraint: (incoming: Incoming) => void
}

/** The part of a Fastify instance that routes. */
export interface Routing {
  readonly initialConfig: RouterConfig & { readonly routerOptions?: RouterConfig }
  hasConstraintStrategy(name: string): boolean
  addConstraintStrategy(strategy: ConstraintStrategy): unknown
}

/**
 * Lets paths that cannot be decoded reach the endpoint, which does not know them either: Fastify would answer them itself, before
 * any route or hook. Below `prefix` their percent signs are escaped before Fastify decodes the path.
 *
 * A constraint strategy runs before Fastify decodes the path, also after `rewriteUrl` and for `inject`. It never matches, so it
 * does not affect routing.
 */
export function escapeMalformedPaths(fastify: Routing, prefix: string): void {
  const name = `watchman_${Buffer.from(prefix).toString('hex')}` // an identifier, in code that Fastify compiles
  if (fastify.hasConstraintStrategy(name)) return // the same prefix again: Fastify refuses the routes
  const escapePath = escapeMalformedPath(prefix, routerOptionsOf(fastify))
  fastify.addConstraintStrategy({
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
function routerOptionsOf({ initialConfig }: Routing): RouterOptions {
  const configs = [initialConfig, initialConfig.routerOptions]
  return {
    caseSensitive: configs.every((config) => config?.caseSensitive !== false),
    ignoreDuplicateSlashes: configs.some((config) => config?.ignoreDuplicateSlashes),
  }
}
