/** The connections at which requests are counted. */
export const CONNECTIONS = [1, 32, 256] as const

/** One of the apps that are measured side by side. */
export interface Contender {
  /** What the results call it. */
  readonly name: string
  /** Its file in the folder `contenders`, without the extension. */
  readonly file: string
  readonly kind: 'constant' | 'by hand' | 'peer' | 'watchman'
  /** The name of the constant handler of the same framework. */
  readonly constant: string
  /** Where it answers. @default '/health' */
  readonly path?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What a user installs for it, beside the framework and the clients. @default nothing */
  readonly packages?: readonly string[]
  /** @default all of `CONNECTIONS` */
  readonly connections?: readonly number[]
  /** Whether it is asked while its Redis is paused. @default false */
  readonly paused?: boolean
}

const FRAMEWORKS = ['node', 'hono', 'express', 'koa', 'fastify', 'nest'] as const

const WATCHMAN = ['@watchman/core', '@watchman/db', '@watchman/cache']
const OWN_CLIENTS = { kind: 'peer', paused: true } as const

/** Each constant handler is followed by those that it is the limit of, so that they are measured in the same minute. */
export const contenders: readonly Contender[] = FRAMEWORKS.flatMap((framework): readonly Contender[] => {
  const constant = `constant, ${framework}`
  const file = `watchman-${framework}`
  const packages = [...WATCHMAN, `@watchman/${framework}`]
  const own = { file, kind: 'watchman', constant, packages, paused: framework === 'node' } as const
  return [
    { name: constant, file: `constant-${framework}`, kind: 'constant', constant },
    { ...own, name: `watchman, ${framework}` },
    {
      ...own,
      name: `watchman, ${framework}, ttl 0`,
      environment: { TTL: '0' },
      connections: framework === 'node' ? CONNECTIONS : [32],
    },
    ...others(framework).map((other) => ({ constant, ...other })),
  ]
})

function others(framework: (typeof FRAMEWORKS)[number]): readonly Omit<Contender, 'constant'>[] {
  if (framework === 'node') {
    return [
      { name: 'constant, node, same headers', file: 'constant-node-same', kind: 'constant' },
      { name: 'by hand, every request', file: 'by-hand', kind: 'by hand', paused: true },
      { name: 'by hand, single flight', file: 'by-hand-shared', kind: 'by hand' },
      { name: 'by hand, cached', file: 'by-hand-cached', kind: 'by hand', paused: true },
      {
        ...OWN_CLIENTS,
        name: '@godaddy/terminus',
        file: 'godaddy-terminus',
        packages: ['@godaddy/terminus'],
      },
      { ...OWN_CLIENTS, name: 'medicus', file: 'medicus', packages: ['medicus'] },
      { ...OWN_CLIENTS, name: '@adonisjs/health', file: 'adonis-health', packages: ['@adonisjs/health'] },
    ]
  }
  if (framework === 'express') {
    return [
      {
        ...OWN_CLIENTS,
        name: 'express-actuator',
        file: 'express-actuator',
        path: '/dependencies',
        packages: ['express-actuator'],
      },
    ]
  }
  if (framework === 'fastify') {
    return [
      { ...OWN_CLIENTS, name: 'lightship', file: 'lightship', path: '/ready', packages: ['lightship'] },
      {
        ...OWN_CLIENTS,
        name: '@fastify/under-pressure',
        file: 'under-pressure',
        packages: ['@fastify/under-pressure'],
      },
    ]
  }
  if (framework === 'nest') {
    const terminus = { ...OWN_CLIENTS, file: 'nest-terminus', packages: ['@nestjs/terminus'] }
    return [
      { ...terminus, name: '@nestjs/terminus' },
      { ...terminus, name: '@nestjs/terminus, cacheFor', environment: { CACHE_FOR: '1000' } },
    ]
  }
  return []
}
