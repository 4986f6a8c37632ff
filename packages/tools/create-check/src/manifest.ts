import { readFileSync } from 'node:fs'
import type { Answers } from './answers.ts'
import { exitCode, failure } from './failure.ts'
import { type Kind, kinds } from './kinds.ts'
import { folderOf } from './names.ts'

/** What every package needs to be built and tested. */
const TOOLS = ['@types/node', '@watchman/core', '@watchman/testing', 'tsup', 'typescript', 'vitest']

/** The package.json of a new package. */
export function manifestOf({ name, kind, client }: Answers): string {
  const { description, keyword, dependencies, devDependencies }: Kind = kinds[kind]
  const clients = client ? { [client.name]: client.range } : {}
  const manifest = {
    name,
    version: '0.1.0',
    description,
    keywords: [...new Set(['watchman', keyword, ...(client ? [folderOf(client.name)] : [])])],
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    files: ['dist'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    scripts: { build: 'tsup', typecheck: 'tsc', test: 'vitest run', prepack: 'npm run build' },
    ...(dependencies.length > 0 ? { dependencies: versionsOf(dependencies) } : {}),
    peerDependencies: sorted({ ...versionsOf(['@watchman/core']), ...clients }),
    devDependencies: sorted({ ...versionsOf([...TOOLS, ...devDependencies]), ...clients }),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** The versions with which the templates are tested: those in the package.json of this very package. */
function versionsOf(names: readonly string[]): Readonly<Record<string, string>> {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return Object.fromEntries(
    names.map((name) => {
      const version: unknown = devDependencies?.[name]
      if (typeof version !== 'string') throw failure(exitCode.failing, `the version of ${name} is unknown`)
      return [name, version]
    }),
  )
}

function sorted(versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)))
}
