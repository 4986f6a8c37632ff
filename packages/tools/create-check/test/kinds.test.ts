import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createPackage } from '../src/create-package.ts'
import { generateAll, kindNames, newFolder } from './generate.ts'

const run = promisify(execFile)

/** Names that are not identifiers, or that are used for something else in the code. */
const AWKWARD = [
  ...['delete', '7zip', 'a.b_c', '@some/watchman-check-thing', 'watchman', 'watchman-plugin-test', 'storage'],
  ...['connect', 'probe', 'databases', 'create-watchman', 'string', 'report', 'acme', 'acme-client'],
]

test('every generated package compiles', { timeout: 120_000 }, async () => {
  const folder = await newFolder()
  const [first] = await generateAll(folder)
  for (const kind of kindNames) {
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
