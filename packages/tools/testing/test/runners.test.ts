import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const condition = '--conditions=@watchman/source'

test('the cases run under node:test', async () => {
  const file = fileURLToPath(new URL('node-test.ts', import.meta.url))
  const parameters = [condition, '--import=tsx', '--test', '--test-reporter=tap', file]
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { maxBuffer: 1e8 })
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(200)
}, 120_000)
