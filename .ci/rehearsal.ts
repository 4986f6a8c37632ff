import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from './pack.ts'
import { publish } from './publish.ts'
import { startRegistry } from './registry.ts'
import { tryApp } from './rehearsal-app.ts'
import { tryCreate } from './rehearsal-create.ts'

/**
 * Publishes the packages to a registry on the loopback interface as a release does, and installs from there what a user
 * would: an app, and packages made by `npm create @watchman/check`. Returns what failed.
 */
export async function rehearse(packages: readonly Packed[], folder: string): Promise<readonly string[]> {
  mkdirSync(folder)
  const registry = await startRegistry(join(folder, 'registry'))
  try {
    registry.project(folder)
    const published = await publish(packages, folder)
    const again = await publish(packages, folder)
    console.log(`Published to a registry of its own: ${published.join(', ')}`)
    return [
      ...(published.length === packages.length ? [] : ['the release left packages out']),
      ...again.map((name) => `the release published ${name} twice`),
      ...(await tryApp(packages, join(folder, 'app'), registry)),
      ...(await tryCreate(join(folder, 'created'), registry)),
    ]
  } finally {
    await registry.stop()
  }
}
