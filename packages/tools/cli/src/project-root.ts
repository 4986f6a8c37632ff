import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The root of the project that `folder` belongs to: the nearest folder above it, or itself, that is a repository of Git, else one
 * with a package.json, else `folder`. A file above it may belong to somebody else.
 */
export function projectRoot(folder: string): string {
  return nearestWith('.git', folder) ?? nearestWith('package.json', folder) ?? folder
}

function nearestWith(name: string, folder: string): string | undefined {
  if (existsSync(join(folder, name))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : nearestWith(name, parent)
}
