import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { generateAll, newFolder } from './generate.ts'

const run = promisify(execFile)

/** The output of the reporter `json` of vitest, as far as it is used. */
interface Results {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

test('every generated package passes its own tests', { timeout: 180_000 }, async () => {
  const folder = await newFolder()
  const made = await generateAll(folder)
  const conditions = JSON.stringify(['@watchman/source', 'node'])
  await writeFile(
    join(folder, 'vitest.config.mjs'),
    `export default {
      resolve: { conditions: ${conditions} },
      ssr: { resolve: { conditions: ${conditions}, externalConditions: ${conditions} } },
      test: { maxWorkers: 2, testTimeout: 20_000 },
    }`,
  )
  const parameters = ['run', '--root', folder, '--reporter=json', '--outputFile=results.json']
  const { stdout, stderr } = await run(join(folder, 'node_modules/.bin/vitest'), parameters, {
    cwd: folder,
    env: { ...process.env, CI: 'true' },
  }).catch((error) => error)
  const results: Results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))
  const failed = results.testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [`${name}: ${message}`] : []),
    ...assertionResults.flatMap(({ status, fullName, failureMessages }) =>
      status === 'passed' ? [] : [`${name}: ${fullName}: ${failureMessages}`],
    ),
  ])
  expect(failed, `${stdout}${stderr}`).toEqual([])
  expect(results.testResults).toHaveLength(made.length)
  for (const { assertionResults } of results.testResults) expect(assertionResults.length).toBeGreaterThan(5)
})
