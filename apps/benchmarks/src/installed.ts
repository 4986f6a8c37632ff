import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
}

/** What an installation adds to `node_modules`. */
export interface Installed {
  readonly packages: readonly string[]
  readonly bytes: number
}

/** What a user gets with `names` and all they depend on. Peers are what the app has already. */
export function installed(names: readonly string[]): Installed {
  const found = new Map<string, number>()
  const visit = (from: string, name: string): void => {
    const folder = folderOf(from, name)
    if (found.has(folder)) return
    const manifest = manifestOf(folder)
    found.set(folder, sizeOf(folder, manifest))
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(folder, dependency)
  }
  for (const name of names) visit(join(import.meta.dirname, '..'), name)
  const packages = [...found.keys()].map((folder) => manifestOf(folder).name)
  return { packages, bytes: [...found.values()].reduce((sum, bytes) => sum + bytes, 0) }
}

/** The version of an installed package. */
export function versionOf(name: string): string {
  return manifestOf(folderOf(join(import.meta.dirname, '..'), name)).version
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Not by resolving it: many packages do not export their package.json. */
function folderOf(from: string, name: string): string {
  const paths = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  for (const path of paths) {
    try {
      return dirname(realpathSync(join(path, name, 'package.json')))
    } catch {
      // it lies further up
    }
  }
  throw new Error(`${name} is not installed`)
}

/** Our own packages lie here with more than is published. */
function sizeOf(folder: string, { name, files }: Manifest): number {
  if (!name.startsWith('@watchman/')) return bytesOf(folder)
  return [...(files ?? []), 'package.json', 'README.md'].reduce(
    (sum, file) => sum + bytesOf(join(folder, file)),
    0,
  )
}

function bytesOf(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.size
  const inner = readdirSync(path).filter((name) => name !== 'node_modules')
  return inner.reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}
