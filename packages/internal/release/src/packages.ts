// Packs every public package, looks at what a user would get, uses it, and publishes it to a registry of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from './inspect.ts'
import { consume } from './install-test.ts'
import { packAll } from './pack.ts'
import { rehearse } from './rehearsal.ts'

const folder = mkdtempSync(join(tmpdir(), 'watchman-pack-'))
try {
  const packages = packAll(folder)
  console.log(`${packages.length} packages packed: ${packages.map(({ name }) => name).join(', ')}`)
  const failures = [
    ...(await inspect(packages)),
    ...(await consume(packages, join(folder, 'consumer'))),
    ...(await rehearse(packages, join(folder, 'rehearsal'))),
  ]
  if (failures.length > 0) {
    console.error(failures.join('\n\n'))
    process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true })
}
