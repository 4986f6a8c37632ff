import type { DefaultTheme } from 'vitepress'
import { readDrivers } from '../../../packages/internal/release/src/drivers.ts'

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
    ...Object.fromEntries(readDrivers().map(({ page, title }) => [page, title])),
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
    responses: 'Every response',
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
