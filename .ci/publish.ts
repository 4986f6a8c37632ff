import { spawnSync } from 'node:child_process'
import type { Packed } from './pack.ts'

/**
 * Publishes the packages with npm as it is configured in `folder`, each after those that it depends on. Leaves out those
 * that are there in this version already, and returns the others.
 */
export function publish(packages: readonly Packed[], folder = '.'): readonly string[] {
  const npm = (parameters: readonly string[]) =>
    spawnSync('npm', parameters, { encoding: 'utf8', cwd: folder })

  return inOrder(packages)
    .filter(({ name, manifest, tarball }) => {
      const known = npm(['view', `${name}@${manifest.version}`, 'version'])
      if (known.status === 0 && known.stdout.trim() !== '') return false
      if (known.status !== 0 && !/E404/.test(known.stderr))
        throw new Error(`npm view ${name}\n${known.stderr}`)
      const { status, stderr } = npm(['publish', tarball, '--access', 'public'])
      if (status !== 0) throw new Error(`npm publish ${name}\n${stderr}`)
      return true
    })
    .map(({ name, manifest }) => `${name}@${manifest.version}`)
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
