import { mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Links packages that the workspace package at `path` has into the `node_modules` of `folder`, except those that are there.
 * Packages of ours are never linked: they come from their tarballs.
 */
export function linkDependencies(folder: string, path: string, names: readonly string[]): void {
  const modules = join(folder, 'node_modules')
  for (const name of names) {
    const scope = dirname(join(modules, name))
    mkdirSync(scope, { recursive: true })
    if (name.startsWith('@watchman/') || readdirSync(scope).includes(name.split('/').at(-1) ?? name)) continue
    symlinkSync(realpathSync(join(path, 'node_modules', name)), join(modules, name))
  }
}
