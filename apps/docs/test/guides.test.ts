import { execFile } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { missing } from '@watchman/servers'
import { expect, test } from 'vitest'
import { pageAt } from '../src/pages.ts'
import { ROOT } from '../src/root.ts'
import { writeExample } from './run-example.ts'

const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

/** Reads the packages from their sources. */
const CONFIG = `
const conditions = ['@watchman/source', 'node']
export default { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } }
`

const noRedis = missing('redis')
const but = noRedis ? ` (except those that start Redis: ${noRedis})` : ''

test(`the guides end in tests that pass${but}`, { timeout: 240_000 }, async () => {
  const guides = readdirSync(join(import.meta.dirname, '../extend')).map((file) => pageAt(`extend/${file}`))
  const tested = guides.filter(({ blocks }) => blocks.some(({ file }) => file?.endsWith('.test.ts')))
  expect(tested.length).toBeGreaterThan(1)
  for (const { path, blocks } of tested) {
    const files = blocks.flatMap(({ file, code }) =>
      file && !(noRedis && /start-redis/.test(code)) ? [[file, code]] : [],
    )
    const folder = writeExample({ ...Object.fromEntries(files), 'vitest.config.mjs': CONFIG })
    try {
      const parameters = [VITEST, 'run', '--root', folder, '--reporter', 'json']
      const env = { PATH: process.env.PATH, NO_COLOR: '1' }
      const ran = promisify(execFile)(process.execPath, parameters, { cwd: dirname(folder), env })
      const { stdout } = await ran.catch((error) => error)
      const { numPassedTests, numFailedTests, success, testResults } = JSON.parse(stdout)
      expect({ success, numFailedTests }, `${path}: ${JSON.stringify(testResults).slice(0, 2000)}`).toEqual({
        success: true,
        numFailedTests: 0,
      })
      expect(numPassedTests, path).toBeGreaterThan(2)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
})
