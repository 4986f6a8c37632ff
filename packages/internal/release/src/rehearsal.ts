import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from './pack.ts'
import { inOrder, publish } from './publish.ts'
import { publishErrors } from './publish-errors.ts'
import { startRegistry } from './registry.ts'
import { tryApp } from './rehearsal-app.ts'
import { tryCreate } from './rehearsal-create.ts'
import { repositoryPage } from './repository.ts'

/**
 * Publishes the packages to a registry on the loopback interface as a release does, and installs from there what a user
 * would: an app, and packages made by `npm create @watchman/check`. Returns what failed. Nothing can be signed here, but
 * what npm would refuse to publish with provenance from the repository is refused here too.
 */
export async function rehearse(packages: readonly Packed[], folder: string): Promise<readonly string[]> {
  const repository = repositoryPage()
  const errors = packages.flatMap(({ manifest }) => publishErrors(manifest, repository))
  if (errors.length > 0) return errors

  mkdirSync(folder)
  const registry = await startRegistry(join(folder, 'registry'))
  try {
    registry.project(folder)
    // A release that is interrupted after the first two, then the rest of it, then once more.
    const parts = [inOrder(packages).slice(0, 2), packages, packages]
    const published: string[] = []
    const options = { repository, provenance: false, folder }
    for (const part of parts) published.push(...(await publish(part, options)))
    console.log(`Published to a registry of its own: ${published.join(', ')}`)
    return [
      ...faultsOf(published, packages),
      ...(await tryApp(packages, join(folder, 'app'), registry)),
      ...(await tryCreate(join(folder, 'created'), registry)),
    ]
  } finally {
    await registry.stop()
  }
}

/** Each is published once, after those of ours that it depends on. */
function faultsOf(published: readonly string[], packages: readonly Packed[]): readonly string[] {
  const at = (wanted: string) => published.findIndex((one) => one.startsWith(`${wanted}@`))
  const early = packages.filter(({ name, manifest: { dependencies, peerDependencies } }) => {
    const needed = { ...dependencies, ...peerDependencies }
    return packages.some((other) => other.name in needed && at(other.name) > at(name))
  })
  const names = published.map((one) => one.replace(/(?<=.)@.*/, '')).sort()
  return [
    ...early.map(({ name }) => `${name} was published before what it depends on`),
    ...(`${names}` === `${packages.map(({ name }) => name).sort()}` ? [] : [`published were ${names}`]),
  ]
}
