import { expressApps } from './express.ts'
import { fastifyApps } from './fastify.ts'
import { honoApps } from './hono.ts'
import { koaApps } from './koa.ts'
import type { MountedApp } from './mounted-app.ts'
import { nestApps } from './nest.ts'
import { node } from './node.ts'

/** An app of each framework, for which there is an adapter. */
export const apps: readonly MountedApp[] = [
  node,
  ...expressApps,
  ...koaApps,
  ...fastifyApps,
  ...honoApps,
  ...nestApps,
]
