import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { outputOf } from './output-of.ts'
import { type Packed, readPacked, run } from './pack.ts'
import { linkErrors } from './readme-links.ts'

/** What every package holds beside what is built. */
const WANTED = ['package.json', 'README.md', 'LICENSE']

/** Looks at packages as a user would get them: publint, attw, their contents, the size of core. Returns what failed. */
export async function inspect(packages: readonly Packed[]): Promise<readonly string[]> {
  const failures = packages.flatMap(({ name, tarball, manifest }) => [
    ...attempt(name, 'publint', [tarball, '--strict']),
    // A package that is only a command exports nothing that has types.
    ...(manifest.types ? attempt(name, 'attw', [tarball, '--no-emoji', '--no-color']) : []),
    ...faultsOf(name, tarball),
  ])
  return [...failures, ...(await weighCore())]
}

/** Runs a tool whose output matters only when it finds something. */
function attempt(name: string, command: string, parameters: readonly string[]): readonly string[] {
  try {
    run(command, parameters)
    return []
  } catch (error) {
    return [`${name}: ${command}\n${outputOf(error).stdout}`]
  }
}

/** What the package lacks, and what has no place in it: sources, tests, and what only the workspace understands. */
function faultsOf(name: string, tarball: string): readonly string[] {
  const files = run('tar', ['-tzf', tarball])
    .trim()
    .split('\n')
    .map((file) => file.replace('package/', ''))
  const isTemplate = (file: string) => name === '@watchman/create-check' && file.startsWith('templates/')
  const isBuilt = (file: string) => /^dist\/(?!.*\btests?\b).*\.(?:c?js|d\.c?ts)$/.test(file)
  const missing = WANTED.filter((file) => !files.includes(file))
  const odd = files.filter(
    (file) => ![...WANTED, 'CHANGELOG.md'].includes(file) && !isBuilt(file) && !isTemplate(file),
  )
  const manifest = readPacked(tarball, 'package.json')
  const readme = files.includes('README.md') ? readPacked(tarball, 'README.md') : ''
  const [inner] = /"(?:@watchman\/source|(?:workspace|catalog|link|file):[^"]*)"/.exec(manifest) ?? []
  return [
    ...missing.map((file) => `${name} has no ${file}`),
    ...odd.map((file) => `${name} packs ${file}`),
    ...(inner ? [`${name} publishes ${inner} in package.json`] : []),
    ...metaErrors(name, tarball, files.filter(isBuilt)),
    ...linkErrors(readme).map((error) => `${name}: the link ${error}`),
  ]
}

/** CommonJS has no `import.meta`. Only modules that are built as both kinds are looked at: commands are ES modules. */
function metaErrors(name: string, tarball: string, files: readonly string[]): readonly string[] {
  const both = files.filter((file) => file.endsWith('.js') && files.includes(file.replace(/js$/, 'cjs')))
  const found = both.filter((file) => readPacked(tarball, file).includes('import.meta'))
  return found.map((file) => `${name}: ${file} uses import.meta, which CommonJS does not have`)
}

/** Prints the size of core's main entry, minified and gzipped. Its README must state it, rounded to tenths of kilobytes. */
async function weighCore(): Promise<readonly string[]> {
  const { outputFiles } = await build({
    entryPoints: ['packages/core/dist/index.js'],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  const stated = `${(size / 1000).toFixed(1)} kB`
  console.log(`@watchman/core is ${size} bytes, minified and gzipped`)
  const isStated = readFileSync('packages/core/README.md', 'utf8').includes(stated)
  return isStated ? [] : [`the README of @watchman/core must say that it is ${stated}, minified and gzipped`]
}
