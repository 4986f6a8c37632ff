import { readFileSync } from 'node:fs'
import { memberOf } from '@watchman/core/driver'
import type { Answers } from './answers.ts'
import { exitCode, failure } from './failure.ts'
import { kinds, type PackageKind } from './kinds.ts'
import { folderOf } from './names.ts'

/** What every package needs to be built and tested. */
const TOOLS = ['@types/node', '@watchman/core', '@watchman/testing', 'tsup', 'typescript', 'vitest']

/** Returns the package.json of a new package. */
export function manifestOf({ name, kind, client }: Answers): string {
  const { description, keyword, devDependencies }: PackageKind = kinds[kind]
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
    main: './dist/index.cjs',
    types: './dist/index.d.cts',
    exports: {
      '.': {
        import: { types: './dist/index.d.ts', default: './dist/index.js' },
        require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
      },
      './package.json': './package.json',
    },
    scripts: { build: 'tsup', typecheck: 'tsc', test: 'vitest run', prepack: 'npm run build' },
    peerDependencies: sorted({ ...versionsOf(['@watchman/core']), ...clients }),
    devDependencies: sorted({ ...versionsOf([...TOOLS, ...devDependencies]), ...clients }),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/** Returns the versions with which the templates are tested: those in the package.json of this package. */
function versionsOf(names: readonly string[]): Readonly<Record<string, string>> {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const lists = [memberOf(manifest, 'dependencies'), memberOf(manifest, 'devDependencies')]
  return Object.fromEntries(
    names.map((name) => {
      const version = lists.map((list) => memberOf(list, name)).find((one) => typeof one === 'string')
      if (version === undefined) throw failure(exitCode.failing, `the version of ${name} is unknown`)
      return [name, version]
    }),
  )
}

function sorted(versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)))
}
