// Packs every public package and looks at what a user would get: publint, attw, contents, the size of core.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What the core may weigh with everything in it, minified and gzipped. Bytes. The aim is 4000, which it does not meet. */
const CORE_LIMIT = 4750

interface Workspace {
  readonly name: string
  readonly path: string
  readonly private: boolean
}

const run = (command: string, parameters: readonly string[], cwd?: string) =>
  execFileSync(command, parameters, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const folder = mkdtempSync(join(tmpdir(), 'watchman-pack-'))
const failures: string[] = []

/** Runs a tool whose output matters only when it finds something. */
function inspect(name: string, command: string, parameters: readonly string[]): void {
  try {
    run(command, parameters)
  } catch (error) {
    failures.push(`${name}: ${command}\n${Object(error).stdout}`)
  }
}

try {
  const workspaces: readonly Workspace[] = JSON.parse(
    run('pnpm', ['ls', '--recursive', '--depth=-1', '--json']),
  )
  const packages = workspaces.filter((workspace) => !workspace.private)
  for (const { name, path } of packages) {
    run('pnpm', ['pack', '--pack-destination', folder], path)
    const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${version(path)}.tgz`)
    inspect(name, 'publint', [tarball, '--strict'])
    inspect(name, 'attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'])
    const files = run('tar', ['-tzf', tarball]).trim().split('\n')
    const odd = files.filter(
      (file) => !/^package\/(package\.json|README\.md|CHANGELOG\.md|LICENSE|(dist|src)\/.*)$/.test(file),
    )
    for (const wanted of ['README.md', 'LICENSE', 'package.json']) {
      if (!files.includes(`package/${wanted}`)) failures.push(`${name} has no ${wanted}`)
    }
    if (odd.length > 0 || files.some((file) => /test/.test(file))) failures.push(`${name} packs ${odd}`)
  }
  console.log(
    `${packages.length} packages packed and looked at: ${packages.map(({ name }) => name).join(', ')}`,
  )

  const { outputFiles } = await build({
    entryPoints: ['packages/core/dist/index.js'],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  console.log(`@watchman/core is ${size} bytes, minified and gzipped, of ${CORE_LIMIT}`)
  if (size > CORE_LIMIT) failures.push(`@watchman/core is ${size} bytes, more than ${CORE_LIMIT}`)
} finally {
  rmSync(folder, { recursive: true })
}

function version(path: string): string {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version
}

if (failures.length > 0) {
  console.error(failures.join('\n\n'))
  process.exitCode = 1
}
