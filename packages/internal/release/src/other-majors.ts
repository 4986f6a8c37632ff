// Runs the main paths on the other supported majors of Node: what depends on the Node (the promises and timers of core, the bridge
// to node:http, SQLite, the measurements of the process, the command line) and the demo with all four kinds of checks. Each Node
// comes as an npm package. WATCHMAN_OTHER_MAJORS=skip is for a workflow that runs all tests on each major anyway.
import { spawnSync } from 'node:child_process'
import { MAJORS } from './majors.ts'

const current = process.versions.node.split('.')[0]
const paths = [
  'packages/core',
  'packages/adapters/node',
  'packages/adapters/hono',
  'packages/checks/db/test/sqlite',
  'packages/checks/http',
  'packages/checks/storage/test/fs',
  'packages/checks/system',
  'packages/tools/cli',
  'packages/internal/fault-matrix/test/sqlite',
  'apps/demo',
]

const others = process.env.WATCHMAN_OTHER_MAJORS === 'skip' ? [] : MAJORS.filter((major) => major !== current)
for (const major of others) {
  console.log(`\nOn Node ${major}`)
  runOn(major, '--import', 'tsx', 'packages/checks/db/test/build-better-sqlite3.ts')
  runOn(major, 'node_modules/vitest/vitest.mjs', 'run', ...paths)
}

function runOn(major: string, ...parameters: readonly string[]): void {
  const command = ['--yes', `--package=node@${major}`, '--', 'node', ...parameters]
  const { status } = spawnSync('npx', command, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
