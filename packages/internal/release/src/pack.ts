import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PublishedManifest } from './publish-errors.ts'

/** The fields of a package.json that are used here, as they are in the tarball. */
export interface Manifest extends PublishedManifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly types?: string
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A tarball that can be published. */
export interface Tarball {
  readonly name: string
  readonly manifest: Manifest
  /** The path of the file. */
  readonly tarball: string
}

/** A public package as a user would get it. */
export interface Packed extends Tarball {
  /** Its folder in the workspace. */
  readonly path: string
}

interface Workspace {
  readonly name: string
  readonly path: string
  readonly private: boolean
}

/** Packs every public package, which must be built, into `folder`. */
export function packAll(folder: string): readonly Packed[] {
  const workspaces: readonly Workspace[] = JSON.parse(
    run('pnpm', ['ls', '--recursive', '--depth=-1', '--json']),
  )
  const published = workspaces.filter((workspace) => !workspace.private)
  for (const { path } of published) run('pnpm', ['pack', '--pack-destination', folder], path)
  const tarballs = new Map(readTarballs(folder).map((one) => [one.name, one]))
  return published.map(({ name, path }) => {
    const packed = tarballs.get(name)
    if (!packed) throw new Error(`pnpm pack wrote no tarball of ${name}`)
    return { ...packed, path }
  })
}

/** The tarballs in a folder. */
export function readTarballs(folder: string): readonly Tarball[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  return files.map((file) => {
    const tarball = join(folder, file)
    const manifest: Manifest = JSON.parse(readPacked(tarball, 'package.json'))
    return { name: manifest.name, manifest, tarball }
  })
}

/** Reads a file of a tarball. */
export function readPacked(tarball: string, file: string): string {
  return run('tar', ['-xzOf', tarball, `package/${file}`])
}

/** Runs a command and returns its output. */
export function run(command: string, parameters: readonly string[], cwd?: string): string {
  return execFileSync(command, parameters, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
