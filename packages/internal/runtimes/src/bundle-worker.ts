import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * The code of the worker with the core in it, for no platform.
 *
 * @throws Error where it imports anything that is not everywhere.
 */
export async function bundleWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    conditions: ['@watchman/source'],
  })
  return outputFiles.map(({ text }) => text).join('')
}
