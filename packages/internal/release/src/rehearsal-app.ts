import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missing, startRedis } from '@watchman/servers'
import { execute } from './execute.ts'
import type { Packed } from './pack.ts'
import type { Registry } from './registry.ts'

/** The bytes that core, an adapter and a check may take together when they are installed, as ES modules and as CommonJS. */
const LIMIT = 700_000

/** What a user asks npm for, and what that brings of ours. */
const ASKED = ['@watchman/core', '@watchman/express', '@watchman/cache', 'ioredis', 'express']
const BROUGHT = ['@watchman/cache', '@watchman/core', '@watchman/express', '@watchman/node']

/** An app that asks its own status, and tells which modules it has loaded. */
const APP = `
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'

register('data:text/javascript,' + encodeURIComponent(\`
  import { appendFileSync } from 'node:fs'
  export async function load(url, context, next) {
    appendFileSync('loaded.txt', url + '\\\\n')
    return next(url, context)
  }
\`))

const { createWatchman } = await import('@watchman/core')
const { caches } = await import('@watchman/cache')
const { ioredisProbe } = await import('@watchman/cache/ioredis')
const { expressHandler } = await import('@watchman/express')
const { default: express } = await import('express')
const { Redis } = await import('ioredis')

const redis = new Redis(process.env.REDIS_URL).on('error', () => {})
const app = express().use('/watchman', expressHandler(createWatchman({ checks: [caches({ default: ioredisProbe(redis) })] })))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const response = await fetch('http://127.0.0.1:' + server.address().port + '/watchman/')
console.log(response.status, await response.text())
for (const path of Object.keys(createRequire(import.meta.url).cache)) appendFileSync('loaded.txt', path + '\\n')
process.exit()
`

/** Installs an app with a cache into an empty folder and runs it: it has and loads what was asked for, and no more. */
export async function tryApp(
  packages: readonly Packed[],
  folder: string,
  { project }: Registry,
): Promise<readonly string[]> {
  project(folder)
  const installed = await execute(folder, 'npm', ['install', '--no-audit', '--no-fund', ...ASKED])
  if (installed.failures.length > 0) return installed.failures

  const redis = missing('redis') ? undefined : await startRedis()
  try {
    writeFileSync(join(folder, 'app.mjs'), APP)
    const url = redis?.url ?? 'redis://127.0.0.1:1'
    const { stdout, failures } = await execute(folder, 'node', ['app.mjs'], { REDIS_URL: url })
    console.log(`The app that was installed from it answered ${stdout.trim()}`)
    const isRight = redis
      ? stdout === '200 {"caches":[{"default":{"ok":true}}]}\n'
      : /^500 .*ECONNREFUSED/.test(stdout)
    return [
      ...failures,
      ...(isRight ? [] : [`the app answered ${stdout}`]),
      ...faultsOfInstalled(packages, join(folder, 'node_modules')),
      ...faultsOfLoaded(packages, readFileSync(join(folder, 'loaded.txt'), 'utf8')),
    ]
  } finally {
    await redis?.stop()
  }
}

/** Clients and frameworks that the app did not request. */
function unrequestedPeers(packages: readonly Packed[]): readonly string[] {
  const peers = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}))
  return [...new Set(peers)].filter((name) => !ASKED.includes(name))
}

function faultsOfInstalled(packages: readonly Packed[], modules: string): readonly string[] {
  const entries = readdirSync(modules, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => [entry, join(entry.parentPath, entry.name)] as const)
  const ours = readdirSync(join(modules, '@watchman')).map((name) => `@watchman/${name}`)
  const size = paths
    .filter(([entry, path]) => entry.isFile() && path.startsWith(join(modules, '@watchman')))
    .reduce((sum, [, path]) => sum + statSync(path).size, 0)
  console.log(`${ours.join(', ')} weigh ${size} bytes as installed, of ${LIMIT}`)
  return [
    ...(`${ours}` === `${BROUGHT}` ? [] : [`npm installed ${ours.join(', ')}`]),
    ...(size > LIMIT
      ? [`core, an adapter and a check weigh ${size} bytes as installed, more than ${LIMIT}`]
      : []),
    ...unrequestedPeers(packages)
      .filter((name) => paths.some(([, path]) => path.endsWith(`node_modules/${name}`)))
      .map((name) => `npm installed ${name}, which nobody asked for`),
  ]
}

function faultsOfLoaded(packages: readonly Packed[], loaded: string): readonly string[] {
  const isLoaded = (path: string) => loaded.includes(`/node_modules/${path}`)
  const [cache] = packages.filter(({ name }) => name === '@watchman/cache')
  const drivers = Object.keys(cache?.manifest.exports ?? {}).flatMap((path) =>
    path === '.' ? [] : [path.replace('./', '@watchman/cache/dist/').concat('.js')],
  )
  const wanted = [...ASKED.map((name) => `${name}/`), '@watchman/cache/dist/ioredis.js']
  return [
    ...wanted.filter((path) => !isLoaded(path)).map((path) => `the app has not loaded ${path}`),
    ...[...unrequestedPeers(packages).map((name) => `${name}/`), ...drivers]
      .filter((path) => isLoaded(path) && !wanted.includes(path))
      .map((path) => `the app has loaded ${path}, which nobody asked for`),
  ]
}
