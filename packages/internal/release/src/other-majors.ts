// Runs the main paths on the other Nodes that are supported: what each Node does in its own way (the core's promises and
// timers, the bridge to node:http, SQLite, what the process itself measures, the command line) and the demo with all four
// kinds of checks. CI runs the rest of the tests on each Node as well. Each Node comes as an npm package.
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

for (const major of MAJORS.filter((one) => one !== current)) {
  console.log(`\nOn Node ${major}`)
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...paths]
  const { status } = spawnSync('npx', ['--yes', `--package=node@${major}`, '--', 'node', ...vitest], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
