/** How to mount the endpoint in an app, with the options of the configuration as `config`. */
export interface Framework {
  /** The package of the framework. */
  readonly framework: string
  /** The package of the adapter. */
  readonly adapter: string
  /** The line of code that mounts the endpoint. */
  readonly mountCode: string
}

/** The frameworks that `init` knows. */
export const frameworks: readonly Framework[] = [
  {
    framework: 'express',
    adapter: '@watchman/express',
    mountCode: "app.use('/watchman', expressHandler(createWatchman(config)))",
  },
  {
    framework: 'fastify',
    adapter: '@watchman/fastify',
    mountCode: "app.register(fastifyHandler(createWatchman(config)), { prefix: '/watchman' })",
  },
  {
    framework: 'hono',
    adapter: '@watchman/hono',
    mountCode: "app.route('/watchman', honoHandler(createWatchman(config)))",
  },
  {
    framework: 'koa',
    adapter: '@watchman/koa',
    mountCode: "app.use(koaHandler(createWatchman(config), { prefix: '/watchman' }))",
  },
  {
    framework: '@nestjs/core',
    adapter: '@watchman/nest',
    mountCode: 'imports: [WatchmanModule.forRoot(config)]',
  },
]
