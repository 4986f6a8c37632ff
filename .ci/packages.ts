// Packs every public package, looks at what a user would get (publint, attw, contents, the size of core) and uses it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { consume } from './consumers.ts'
import { packAll, run } from './pack.ts'

/** What the core may weigh with everything in it, minified and gzipped. Bytes. The aim is 4000, which it does not meet. */
const CORE_LIMIT = 6100

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
  const packages = packAll(folder)
  for (const { name, tarball } of packages) {
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

  failures.push(...(await consume(packages, join(folder, 'consumer'))))

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

if (failures.length > 0) {
  console.error(failures.join('\n\n'))
  process.exitCode = 1
}
