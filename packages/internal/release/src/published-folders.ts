import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The folders of the packages that are published, from the root folder. */
export function publishedFolders(root: string): readonly string[] {
  const parents = ['packages', 'packages/checks', 'packages/adapters', 'packages/plugins', 'packages/tools']
  const folders = parents.flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  )
  return folders.filter((folder) => existsSync(join(root, folder, 'package.json')))
}
