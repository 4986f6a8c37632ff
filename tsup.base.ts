import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly '@watchman/source'?: string }>>
}

/** The build of every package: its entries are what its package.json exports. */
export default defineConfig(() => {
  const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))
  return {
    entry: Object.values(manifest.exports).flatMap((target) => target['@watchman/source'] ?? []),
    format: 'esm',
    splitting: false,
    target: 'node20',
    dts: true,
    clean: true,
  }
})
