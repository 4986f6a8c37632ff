import { readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { type Driver, isKind, readDrivers } from './drivers.ts'
import { type Files, ROOT } from './generate/files.ts'
import { publishedFolders } from './published-folders.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

type Strings = Readonly<Record<string, string>>

/** What a person writes in the package.json of a published package; the rest follows from it. */
interface Manifest extends Readonly<Record<string, unknown>> {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly private?: boolean
  readonly bin?: Strings
  readonly exports?: Readonly<Record<string, { readonly '@watchman/source'?: string } | string>>
  readonly files?: readonly string[]
  readonly scripts?: Strings
  readonly dependencies?: Strings
  readonly devDependencies?: Strings
  readonly peerDependencies?: Strings
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/**
 * The versions of core that a package works with. Written out: where changesets raises the version of a `workspace:` peer, it
 * raises the major version of each package that depends on it.
 */
function coreRange(): string {
  const core: Manifest = JSON.parse(readFileSync(join(ROOT, 'packages/core/package.json'), 'utf8'))
  return `^${core.version}`
}

/** The words by which people search for packages like these. */
const KEYWORDS = ['watchman', 'health', 'healthcheck', 'health-check', 'monitoring', 'status']

/** Returns the content that each package.json of a published package should have, by its path. */
export function manifests(): Files {
  const files = publishedFolders(ROOT).map((folder) => join(ROOT, folder, 'package.json'))
  return new Map(files.map((file) => [file, `${JSON.stringify(complete(file), undefined, 2)}\n`]))
}

/** Adds to a package.json what follows from the rest of it, from its folder and from its drivers. */
function complete(file: string): object {
  const written: Manifest = JSON.parse(readFileSync(file, 'utf8'))
  const folder = join(file, '..')
  const directory = relative(ROOT, folder)
  const top = relative(folder, ROOT)
  const kind = basename(folder)
  const drivers = isKind(kind) ? readDrivers(kind) : []
  const { '.': main, ...others } = entriesOf(written)
  const entries = { ...(main && { '.': main }), ...(isKind(kind) ? entriesOfDrivers(drivers) : others) }
  const url = repositoryUrl()
  const page = repositoryPage(url)
  const { name, version, description, bin, files = [], scripts = {}, dependencies = {} } = written
  const isCore = name === '@watchman/core'
  return {
    name,
    version,
    description,
    keywords: [...new Set([...KEYWORDS, kind, ...drivers.flatMap(wordsOf)])],
    license: 'MIT',
    repository: { type: 'git', url, directory },
    homepage: `${page}/tree/main/${directory}#readme`,
    bugs: `${page}/issues`,
    publishConfig: { access: 'public', provenance: true },
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    files: [...new Set(['dist', ...files])],
    ...(bin && { bin }),
    ...(Object.keys(entries).length > 0 && {
      main: './dist/index.cjs',
      types: './dist/index.d.cts',
      typesVersions: typesVersionsOf(entries),
    }),
    exports: { ...mapValues(entries, conditionsOf), './package.json': './package.json' },
    scripts: sorted({
      ...scripts,
      build: `tsup --config ${top}/tsup.base.ts`,
      test: `vitest run --root ${top} ${directory}/`,
      typecheck: scripts.typecheck ?? 'tsc',
    }),
    ...dependenciesOf(dependencies),
    ...peersOf(written, drivers),
    devDependencies: sorted({
      ...written.devDependencies,
      ...(!isCore && { '@watchman/core': 'workspace:^' }),
    }),
  }
}

/** The sources of the entries, by path. Those of drivers follow from their table. */
function entriesOf({ exports = {} }: Manifest): Strings {
  const targets = Object.entries(exports).flatMap(([path, target]) => {
    const source = typeof target === 'object' ? target['@watchman/source'] : undefined
    return source === undefined ? [] : [[path, source] as const]
  })
  return Object.fromEntries(targets)
}

function entriesOfDrivers(drivers: readonly Driver[]): Strings {
  const below = drivers.filter(({ entry }) => entry !== '.')
  return Object.fromEntries(below.map(({ name }) => [`./${name}`, `./src/${name}.ts`]))
}

function wordsOf({ name, client = name }: Driver): readonly string[] {
  return [name, client]
}

/** Tests and type checks of the workspace read the source; others get the ES module or its CommonJS copy. */
function conditionsOf(source: string): object {
  const file = basename(source, '.ts')
  return {
    '@watchman/source': source,
    import: { types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` },
    require: { types: `./dist/${file}.d.cts`, default: `./dist/${file}.cjs` },
  }
}

/** TypeScript with `moduleResolution: node10` does not read `exports`. */
function typesVersionsOf(entries: Strings): object | undefined {
  const below = Object.entries(entries).filter(([path]) => path !== '.')
  if (below.length === 0) return undefined
  return {
    '*': Object.fromEntries(
      below.map(([path, source]) => [path.slice(2), [`./dist/${basename(source, '.ts')}.d.cts`]]),
    ),
  }
}

/** Core, and the clients of the drivers, which are optional: of the package, or of all that the command line opens. */
function peersOf(written: Manifest, drivers: readonly Driver[]): object {
  const opened =
    written.name === '@watchman/cli' ? readDrivers().filter(({ environment }) => environment) : drivers
  const clients = opened.flatMap(({ client, versions }) =>
    client && versions ? [[client, versions] as const] : [],
  )
  const isCore = written.name === '@watchman/core'
  const peers = {
    ...written.peerDependencies,
    ...Object.fromEntries(clients),
    ...(!isCore && { '@watchman/core': coreRange() }),
  }
  const optional = Object.fromEntries(clients.map(([client]) => [client, { optional: true }]))
  const meta = { ...written.peerDependenciesMeta, ...optional }
  return {
    ...(Object.keys(peers).length > 0 && { peerDependencies: sorted(peers) }),
    ...(Object.keys(meta).length > 0 && { peerDependenciesMeta: sorted(meta) }),
  }
}

/** Core is a peer dependency, so that an application and its checks share one copy. */
function dependenciesOf({ '@watchman/core': _, ...others }: Strings): object {
  return Object.keys(others).length > 0 ? { dependencies: sorted(others) } : {}
}

function mapValues<T>(record: Strings, change: (value: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
