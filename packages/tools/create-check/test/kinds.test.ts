import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createPackage } from '../src/index.ts'
import { isKind, kinds } from '../src/kinds.ts'
import { linkModules, newFolder } from './generate.ts'

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

const names = Object.keys(kinds).filter(isKind)

/** Generates each kind, alone and with a client package where it can have one. */
async function generateAll(folder: string): Promise<readonly string[]> {
  const made: string[] = []
  for (const kind of names) {
    for (const client of [undefined, { name: 'some-client', range: '^1.2.3' }]) {
      if (client && kinds[kind].client === undefined) continue
      const name = `watchman-own-${kind}${client ? '-of-client' : ''}`
      await createPackage({ name, kind, client }, { folder: join(folder, name) })
      made.push(name)
    }
  }
  await linkModules(folder)
  return made
}

/** Names that are not identifiers, or that are used for something else in the code. */
const AWKWARD = [
  ...['delete', '7zip', 'a.b_c', '@some/watchman-check-thing', 'watchman', 'watchman-plugin-test', 'storage'],
  ...['connect', 'probe', 'databases', 'create-watchman', 'string', 'report', 'acme', 'acme-client'],
]

test('every generated package compiles', { timeout: 120_000 }, async () => {
  const folder = await newFolder()
  const [first] = await generateAll(folder)
  for (const kind of names) {
    for (const [index, name] of AWKWARD.entries()) {
      await createPackage({ name, kind }, { folder: join(folder, `${kind}-${index}`) })
    }
  }
  const project = {
    extends: `./${first}/tsconfig.json`,
    compilerOptions: { customConditions: ['@watchman/source'] },
    include: ['*/src', 'watchman-*/test', '*-0/test'],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const { stdout } = await run(join(folder, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error) => error)
  expect(stdout).toBe('')
})

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
