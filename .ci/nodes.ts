// Runs the tests of the packages on the other Nodes that are supported. Each comes as an npm package.
import { spawnSync } from 'node:child_process'

const MAJORS = ['20', '22', '24', '26']
const current = process.versions.node.split('.')[0]

for (const major of MAJORS.filter((one) => one !== current)) {
  console.log(`\nThe packages' tests on Node ${major}`)
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    'packages/core',
    'packages/checks',
    'packages/adapters',
  ]
  const { status } = spawnSync('npx', ['--yes', `--package=node@${major}`, '--', 'node', ...vitest], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
