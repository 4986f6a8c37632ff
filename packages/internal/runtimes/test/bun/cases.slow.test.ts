import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runtimes } from '../../src/index.ts'

const bun = runtimes.find(({ name }) => name === 'Bun')
const npx = ['--yes', '--loglevel=error', `--package=${bun?.package}`, '--', 'bun']

/** Runs Bun; resolves with what it writes, in whichever stream. */
async function run(...parameters: readonly string[]): Promise<string> {
  const options = { cwd: import.meta.dirname, maxBuffer: 1e8 }
  const { stdout, stderr } = await promisify(execFile)('npx', [...npx, ...parameters], options)
  return stdout + stderr
}

async function obstacle(): Promise<string> {
  try {
    await run('--version')
    return ''
  } catch (error) {
    if (process.env.CI) throw error
    return ` (${error})`
  }
}

const absent = await obstacle()

test.skipIf(absent)(
  `the cases of adapters pass under bun:test, for watchman.fetch${absent}`,
  async () => {
    const output = await run('test', '--conditions=@watchman/source', './cases.js')
    expect(output).toMatch(/^ *0 fail$/m)
    expect(Number(/^ *(\d+) pass$/m.exec(output)?.[1])).toBeGreaterThan(200)
  },
  120_000,
)
