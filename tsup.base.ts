import { readFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

interface Manifest {
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | { readonly '@watchman/source'?: string }>>
}

/** The build of every package: what its package.json exports, as ES modules and as CommonJS, and its command, if any. */
export default defineConfig(() => {
  const { bin, exports = {} }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))
  const entries = Object.values(exports).flatMap((target) =>
    typeof target === 'object' ? (target['@watchman/source'] ?? []) : [],
  )
  const shared: Options = { target: 'node20', clean: true }
  const library: Options = { ...shared, entry: entries, format: ['esm', 'cjs'], splitting: false, dts: true }
  // A command is an ES module. Split, so that each subcommand loads only what it needs.
  const command: Options = { ...shared, entry: ['src/bin.ts'], format: 'esm', splitting: true }
  return [...(entries.length > 0 ? [library] : []), ...(bin ? [command] : [])]
})
