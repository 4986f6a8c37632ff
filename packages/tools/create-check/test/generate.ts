import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createPackage } from '../src/create-package.ts'
import { isKind, kinds } from '../src/kinds.ts'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))

/** A new folder outside the workspace, removed with the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'create-check-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** Lets files in `folder` import the dependencies of this package. */
function linkModules(folder: string): Promise<void> {
  return symlink(MODULES, join(folder, 'node_modules'))
}

/** The names of all kinds. */
export const kindNames = Object.keys(kinds).filter(isKind)

/** Generates each kind, alone and with a client package where it can have one. */
export async function generateAll(folder: string): Promise<readonly string[]> {
  const made: string[] = []
  for (const kind of kindNames) {
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
