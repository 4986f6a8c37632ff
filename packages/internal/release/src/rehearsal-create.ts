import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Executed, execute } from './execute.ts'
import type { Registry } from './registry.ts'

/** What is made: one package of each kind, one of them for a client package. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  'watchman-own-check': ['--kind', 'check', '--yes'],
  'watchman-own-probe': ['--kind', 'probe', '--yes'],
  '@own/watchman-orders': ['--kind', 'database', '--client', 'memjs@^1.3.2'],
  'watchman-own-cache': ['--kind', 'cache', '--yes'],
  'watchman-own-storage': ['--kind', 'storage', '--yes'],
  'watchman-own-plugin': ['--kind', 'plugin'],
  'watchman-own-adapter': ['--kind', 'adapter', '--yes'],
}

/** An app of all that was made. */
const APP = `
import { once } from 'node:events'
import { createServer } from 'node:http'
import { caches } from '@watchman/cache'
import { createWatchman, defineProbeCheck } from '@watchman/core'
import { databases } from '@watchman/db'
import { storage } from '@watchman/storage'
import { orders } from '@own/watchman-orders'
import { ownAdapterHandler } from 'watchman-own-adapter'
import { connect as connectCache, ownCache } from 'watchman-own-cache'
import { connect as connectQueue, ownCheck } from 'watchman-own-check'
import { connect as connectServer, ownProbe } from 'watchman-own-probe'
import { connect as connectStorage, ownStorage } from 'watchman-own-storage'
import { ownPlugin } from 'watchman-own-plugin'

const queue = createServer((request, response) => response.end('3')).listen(0, '127.0.0.1')
await once(queue, 'listening')
const url = 'http://127.0.0.1:' + queue.address().port
const watchman = createWatchman({
  checks: [
    databases({ default: orders({ query: async () => '1' }) }),
    caches({ default: ownCache(connectCache(url)) }),
    storage({ uploads: ownStorage(connectStorage('http://127.0.0.1:1')) }),
    ownCheck(connectQueue(url), { limit: 3 }),
    defineProbeCheck('ownProbe', ownProbe(connectServer(url))),
  ],
  plugins: [ownPlugin()],
})
const server = createServer(ownAdapterHandler(watchman)).listen(0, '127.0.0.1')
await once(server, 'listening')
for (const path of ['/', '/ownPlugin']) {
  const response = await fetch('http://127.0.0.1:' + server.address().port + path)
  console.log(response.status, (await response.text()).trim().replace(/ \\d+ ms/g, ''))
}
process.exit()
`

const TOLD = `500 {\
"databases":[{"default":{"ok":true}}],\
"caches":[{"default":{"ok":false,"error":"read back another value than was written"}}],\
"storage":[{"uploads":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:1"}}],\
"ownCheck":{"ok":true,"waiting":3},\
"ownProbe":{"ok":true}}
503 ok databases.default
failing caches.default
failing storage.uploads
ok ownCheck
ok ownProbe
`

/** Makes packages by `npm create @watchman/check`, tests, builds and packs each as it is, and uses them in an app. */
export async function tryCreate(folder: string, { project }: Registry): Promise<readonly string[]> {
  const cache = join(folder, 'cache')
  project(folder, { workspaces: Object.keys(MADE).map(folderOf) })
  for (const [name, flags] of Object.entries(MADE)) {
    // A cache of its own: that of the user may hold another build of this version.
    const parameters = ['create', '--yes', `--cache=${cache}`, '@watchman/check', name, '--', ...flags]
    const { failures } = await execute(folder, 'npm', parameters)
    if (failures.length > 0) return failures
  }
  const { failures } = await execute(folder, 'npm', ['install', '--no-audit', '--no-fund'])
  if (failures.length > 0) return failures

  const [odd, even] = [0, 1].map((rest) => Object.keys(MADE).filter((_, index) => index % 2 === rest))
  const used = await Promise.all([odd, even].map((names) => useAll(folder, names ?? [])))
  if (used.flat().length > 0) return used.flat()
  return tryMade(folder, project)
}

function folderOf(name: string): string {
  return name.replace(/^@.*\//, '')
}

async function useAll(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const failures: string[] = []
  for (const name of names) failures.push(...(await use(join(folder, folderOf(name)))))
  return failures
}

/** Does with a package what its author does. */
async function use(folder: string): Promise<readonly string[]> {
  const steps: (() => Promise<Executed>)[] = [
    () => execute(folder, 'npm', ['run', 'typecheck']),
    () => execute(folder, 'npm', ['test'], { CI: 'true' }),
    () => execute(folder, 'npm', ['pack']),
  ]
  for (const step of steps) {
    const { failures } = await step()
    if (failures.length > 0) return failures
  }
  return []
}

async function tryMade(folder: string, project: Registry['project']): Promise<readonly string[]> {
  const app = `${folder}-app` // where it finds nothing of the folder
  const tarballs = Object.keys(MADE).map((name) => {
    const file = `${name.replace('@', '').replace('/', '-')}-0.1.0.tgz`
    return join(folder, folderOf(name), file)
  })
  const looked = await Promise.all(
    tarballs.flatMap((tarball) => [
      execute('.', 'publint', [tarball, '--strict']),
      execute('.', 'attw', [tarball, '--no-emoji', '--no-color']),
    ]),
  )
  const failures = looked.flatMap((one) => one.failures)
  project(app)
  writeFileSync(join(app, 'app.mjs'), APP)
  const asked = ['core', 'db', 'cache', 'storage'].map((name) => `@watchman/${name}`)
  const installed = await execute(app, 'npm', ['install', '--no-audit', '--no-fund', ...asked, ...tarballs])
  const { stdout, failures: failed } = await execute(app, 'node', ['app.mjs'])
  console.log(`Made, tested, built, packed and used: ${Object.keys(MADE).join(', ')}`)
  return [
    ...failures,
    ...installed.failures,
    ...failed,
    ...(stdout === TOLD ? [] : [`the app of what was made told\n${stdout}`]),
  ]
}
