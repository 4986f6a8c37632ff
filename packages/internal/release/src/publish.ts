import { spawnSync } from 'node:child_process'
import { execute } from './execute.ts'
import type { Tarball } from './pack.ts'
import { publishErrors } from './publish-errors.ts'

/** How to publish. */
export interface PublishOptions {
  /** The repository that the provenance names: `https://github.com/owner/name`. */
  readonly repository: string
  /** Whether npm signs where the package was built, which it can do in GitHub Actions only. */
  readonly provenance: boolean
  /** Whether a person is there whom npm can ask for a second factor. */
  readonly interactive?: boolean
  /** The folder whose npm configuration is used. Default: the current one. */
  readonly folder?: string
}

/**
 * Publishes the packages with npm, each after those that it depends on. Leaves out those that are published in this
 * version already, and resolves to the others. Publishes none if npm would refuse one of them.
 */
export async function publish(
  packages: readonly Tarball[],
  { repository, provenance, interactive = false, folder = '.' }: PublishOptions,
): Promise<readonly string[]> {
  const errors = packages.flatMap(({ manifest }) => publishErrors(manifest, repository))
  if (errors.length > 0) throw new Error(errors.join('\n'))
  const known = await Promise.all(packages.map((one) => isPublished(one, folder)))
  const missing = inOrder(packages.filter((_, index) => !known[index]))
  const flags = provenance ? [] : ['--no-provenance'] // takes precedence over publishConfig
  for (const one of missing) {
    const parameters = ['publish', one.tarball, ...flags]
    const failures = interactive
      ? ask(folder, parameters)
      : (await execute(folder, 'npm', parameters)).failures
    if (failures.length > 0) throw new Error(`${versioned(one)} is not published\n${failures.join('\n')}`)
  }
  return missing.map(versioned)
}

/** Runs npm in the terminal. */
function ask(folder: string, parameters: readonly string[]): readonly string[] {
  const { status } = spawnSync('npm', parameters, { cwd: folder, stdio: 'inherit' })
  return status === 0 ? [] : [`npm ${parameters.join(' ')}`]
}

async function isPublished(one: Tarball, folder: string): Promise<boolean> {
  const view = ['view', versioned(one), 'version', '--loglevel=error'] // `npm run --silent` would hide the code
  const { stdout, failures } = await execute(folder, 'npm', view)
  const isUnknown = failures.length > 0 && failures.every((text) => /\bE404\b/.test(text))
  if (failures.length > 0 && !isUnknown) throw new Error(failures.join('\n'))
  return stdout.trim() !== ''
}

function versioned({ name, manifest }: Tarball): string {
  return `${name}@${manifest.version}`
}

/** The packages, each after those that it depends on. */
export function inOrder<T extends Tarball>(packages: readonly T[]): readonly T[] {
  const ordered: T[] = []
  let left = packages
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name))
    const ready = left.filter(({ manifest: { dependencies = {}, peerDependencies = {} } }) =>
      Object.keys({ ...dependencies, ...peerDependencies }).every((name) => !names.has(name)),
    )
    if (ready.length === 0) throw new Error(`These depend on each other: ${[...names].join(', ')}`)
    ordered.push(...ready)
    left = left.filter((one) => !ready.includes(one))
  }
  return ordered
}
