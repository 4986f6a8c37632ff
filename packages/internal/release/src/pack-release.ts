// Packs every public package into an empty folder, `pack-release.ts <folder>`, and checks what a user would get.
// `publish-release.ts` publishes exactly these files.
import { mkdirSync, readdirSync } from 'node:fs'
import { inspect } from './inspect.ts'
import { packAll } from './pack.ts'
import { assertRepositoryIsSet } from './repository.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Usage: pack-release.ts <folder>')
assertRepositoryIsSet()
mkdirSync(folder, { recursive: true })
if (readdirSync(folder).length > 0)
  throw new Error(`${folder} must be empty: all tarballs in it are published`)
const failures = await inspect(packAll(folder))
if (failures.length > 0) throw new Error(failures.join('\n\n'))
