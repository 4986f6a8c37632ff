import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))

/** A new folder outside the workspace, removed with the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'create-check-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** Lets files in `folder` import the dependencies of this package. */
export function linkModules(folder: string): Promise<void> {
  return symlink(MODULES, join(folder, 'node_modules'))
}
