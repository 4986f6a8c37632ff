import { execute } from './execute.ts'
import type { Packed } from './pack.ts'

/**
 * Publishes the packages with npm as it is configured in `folder`, each after those that it depends on. Leaves out those
 * that are there in this version already, and resolves to the others.
 */
export async function publish(packages: readonly Packed[], folder = '.'): Promise<readonly string[]> {
  const known = await Promise.all(packages.map((one) => isPublished(one, folder)))
  const missing = inOrder(packages.filter((_, index) => !known[index]))
  for (const { tarball } of missing) {
    const { failures } = await execute(folder, 'npm', ['publish', tarball, '--access', 'public'])
    if (failures.length > 0) throw new Error(failures.join('\n'))
  }
  return missing.map(versioned)
}

async function isPublished(one: Packed, folder: string): Promise<boolean> {
  const view = ['view', versioned(one), 'version', '--loglevel=error'] // `npm run --silent` would hide the code
  const { stdout, failures } = await execute(folder, 'npm', view)
  const isUnknown = failures.length > 0 && failures.every((text) => /\bE404\b/.test(text))
  if (failures.length > 0 && !isUnknown) throw new Error(failures.join('\n'))
  return stdout.trim() !== ''
}

function versioned({ name, manifest }: Packed): string {
  return `${name}@${manifest.version}`
}

/** The packages, each after those that it depends on. */
export function inOrder(packages: readonly Packed[]): readonly Packed[] {
  const ordered: Packed[] = []
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
