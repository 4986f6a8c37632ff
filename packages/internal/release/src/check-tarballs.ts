import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Packed, packAll } from './pack.ts'

/** What looks at packed packages and returns what is wrong. `folder` is temporary. */
type Step = (packages: readonly Packed[], folder: string) => Promise<readonly string[]>

/** Packs every public package into a temporary folder, runs the steps, and sets the exit code to 1 if one finds something. */
export async function checkTarballs(...steps: readonly Step[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-pack-'))
  try {
    const packages = packAll(folder)
    console.log(`${packages.length} packages packed: ${packages.map(({ name }) => name).join(', ')}`)
    for (const step of steps) {
      const failures = await step(packages, folder)
      if (failures.length === 0) continue
      console.error(failures.join('\n\n'))
      process.exitCode = 1
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
