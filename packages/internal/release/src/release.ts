// Packs every public package, looks at what a user would get, and publishes exactly that; then tags what is published,
// which tells the workflow what is new. What was interrupted goes on where it stopped when it is called again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspect.ts'
import { packAll, run } from './pack.ts'
import { publish } from './publish.ts'

const folder = mkdtempSync(join(tmpdir(), 'watchman-release-'))
try {
  const packages = packAll(folder)
  const failures = await inspect(packages)
  if (failures.length > 0) throw new Error(failures.join('\n\n'))
  for (const name of await publish(packages)) console.log(`Published ${name}`)
  console.log(run('changeset', ['tag']))
} finally {
  rmSync(folder, { recursive: true })
}
