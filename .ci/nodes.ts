// Runs the tests of the core, the checks, the adapters, the views, the command line and the apps on the other Nodes that
// are supported. Each Node comes as an npm package.
import { spawnSync } from 'node:child_process'
import { MAJORS } from './majors.ts'

const current = process.versions.node.split('.')[0]

for (const major of MAJORS.filter((one) => one !== current)) {
  console.log(`\nOn Node ${major}`)
  const folders = [
    'packages/core',
    'packages/checks',
    'packages/adapters',
    'packages/views',
    'packages/tools/cli',
    'apps',
  ]
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...folders]
  const { status } = spawnSync('npx', ['--yes', `--package=node@${major}`, '--', 'node', ...vitest], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
