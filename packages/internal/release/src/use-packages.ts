// Packs every public package, installs and uses it as a user would, and publishes it to a registry of its own.
import { join } from 'node:path'
import { checkTarballs } from './check-tarballs.ts'
import { consume } from './install-test.ts'
import { rehearse } from './rehearsal.ts'

await checkTarballs(
  (packages, folder) => consume(packages, join(folder, 'consumer')),
  (packages, folder) => rehearse(packages, join(folder, 'rehearsal')),
)
