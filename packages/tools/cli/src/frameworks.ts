/** How the endpoint is mounted in an app of a framework, with the configuration as `config`. */
export interface Framework {
  /** The package of the framework. */
  readonly framework: string
  /** The package that mounts the endpoint. */
  readonly adapter: string
  /** The line that does it. */
  readonly mounted: string
}

/** The frameworks that `init` knows. */
export const frameworks: readonly Framework[] = [
  {
    framework: 'express',
    adapter: '@watchman/express',
    mounted: "app.use('/watchman', expressHandler(createWatchman(config)))",
  },
  {
    framework: 'fastify',
    adapter: '@watchman/fastify',
    mounted: "app.register(fastifyHandler(createWatchman(config)), { prefix: '/watchman' })",
  },
  {
    framework: 'hono',
    adapter: '@watchman/hono',
    mounted: "app.route('/watchman', honoHandler(createWatchman(config)))",
  },
  {
    framework: 'koa',
    adapter: '@watchman/koa',
    mounted: "app.use(koaHandler(createWatchman(config), { prefix: '/watchman' }))",
  },
  {
    framework: '@nestjs/core',
    adapter: '@watchman/nest',
    mounted: 'imports: [WatchmanModule.forRoot(config)]',
  },
]
