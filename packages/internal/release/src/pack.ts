import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a package.json says, as far as it is asked here. */
export interface Manifest {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A public package as a user would get it. */
export interface Packed {
  readonly name: string
  /** Its folder in the workspace. */
  readonly path: string
  readonly manifest: Manifest
  readonly tarball: string
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
  return workspaces
    .filter((workspace) => !workspace.private)
    .map(({ name, path }) => {
      run('pnpm', ['pack', '--pack-destination', folder], path)
      const manifest: Manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
      const file = `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
      return { name, path, manifest, tarball: join(folder, file) }
    })
}

/** Runs a command and gives what it writes. */
export function run(command: string, parameters: readonly string[], cwd?: string): string {
  return execFileSync(command, parameters, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
