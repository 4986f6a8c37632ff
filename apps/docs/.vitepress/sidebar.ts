import type { DefaultTheme } from 'vitepress'

/** A group whose pages lie in `folder`, each with its heading in the sidebar. */
function group(
  text: string,
  folder: string,
  pages: Readonly<Record<string, string>>,
): DefaultTheme.SidebarItem {
  const items = Object.entries(pages).map(([page, title]) => ({ text: title, link: `${folder}${page}` }))
  return { text, items }
}

/** Every page, in the order in which a reader meets it. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  group('Get started', '/get-started/', {
    '': 'In five minutes',
    express: 'Express',
    koa: 'Koa',
    fastify: 'Fastify',
    nest: 'NestJS',
    hono: 'Hono',
    others: 'node:http, Next.js, others',
  }),
  group('Understand', '/', {
    'how-it-works': 'How it works',
    security: 'Security',
    'fault-matrix': 'What it survives',
    benchmarks: 'Benchmarks',
  }),
  group('Checks', '/checks/', {
    '': 'Choose and tune',
    postgresql: 'PostgreSQL',
    mysql: 'MySQL, MariaDB',
    mongodb: 'MongoDB',
    sqlite: 'SQLite',
    ioredis: 'Redis with ioredis',
    redis: 'Redis with redis',
    memcached: 'memcached',
    keyv: 'Keyv',
    email: 'Email',
    directory: 'A directory',
    s3: 'S3',
    http: 'An HTTP service',
    tcp: 'A TCP port',
    tls: 'A certificate',
    dns: 'A DNS name',
    system: 'CPU, memory, disk',
  }),
  group('Run it', '/operations/', {
    '': 'Which path to use',
    kubernetes: 'Kubernetes',
    docker: 'Docker and Compose',
    systemd: 'systemd',
    proxies: 'nginx and HAProxy',
    'load-balancers': 'AWS and Google Cloud',
    monitors: 'Monitors',
    'mount-order': 'Middleware order',
    shutdown: 'Start and shutdown',
  }),
  group('Reference', '/reference/', {
    http: 'HTTP',
    options: 'Options',
    'command-line': 'The command line',
    dashboard: 'The dashboard',
  }),
  group('Write your own', '/extend/', {
    '': 'What you can write',
    probe: 'A probe',
    check: 'A check',
    plugin: 'A plugin',
    adapter: 'An adapter',
    publish: 'Publish it',
    'your-tests': 'In your own tests',
  }),
  group('Coming from', '/coming-from/', {
    'django-watchman': 'django-watchman',
    'godaddy-terminus': '@godaddy/terminus',
    'nestjs-terminus': '@nestjs/terminus',
  }),
]
