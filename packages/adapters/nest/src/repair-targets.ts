import { type Comparison, decodableBelow, type Incoming } from '@watchman/node/adapter'

/** What Fastify has been told of its router. */
interface RouterOptions {
  readonly caseSensitive?: boolean
  readonly ignoreDuplicateSlashes?: boolean
}

/** What Fastify asks of each request before it looks for a route. */
interface ConstraintStrategy {
  readonly name: string
  readonly mustMatchWhenDerived: boolean
  readonly storage: () => { get(key: unknown): null; set(key: unknown, handler: unknown): void }
  readonly deriveConstraint: (incoming: Incoming) => void
}

/** The instance of Fastify, as far as it is told how to read paths. */
export interface Routing {
  readonly initialConfig: RouterOptions & { readonly routerOptions?: RouterOptions }
  hasConstraintStrategy(name: string): boolean
  addConstraintStrategy(strategy: ConstraintStrategy): unknown
}

/**
 * Fastify itself answers a path that it cannot decode, before any route and any hook. Below `prefix` such a path is encoded
 * anew before Fastify reads it, so that it reaches the endpoint, which knows no such path either way.
 *
 * Constraints are derived before the path is read: behind `rewriteUrl`, at each address, and of what is injected. This one
 * is never found in a request, so that it binds no route.
 */
export function repairTargets(fastify: Routing, prefix: string): void {
  const name = `watchman_${Buffer.from(prefix).toString('hex')}` // an identifier, in code that Fastify compiles
  if (fastify.hasConstraintStrategy(name)) return // the same prefix again: Fastify refuses the routes
  const repair = decodableBelow(prefix, comparisonOf(fastify))
  fastify.addConstraintStrategy({
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
function comparisonOf({ initialConfig }: Routing): Comparison {
  const configs = [initialConfig, initialConfig.routerOptions]
  return {
    caseSensitive: configs.every((config) => config?.caseSensitive !== false),
    ignoreDuplicateSlashes: configs.some((config) => config?.ignoreDuplicateSlashes),
  }
}
