import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { contenders } from '../src/contenders.ts'
import { installed } from '../src/installed.ts'

const folder = join(import.meta.dirname, '../probes')

/** What importing core, an adapter and two checks loads. */
async function loaded() {
  const { metafile, outputFiles } = await build({
    entryPoints: [join(folder, 'import-watchman.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
    logLevel: 'silent',
    treeShaking: false, // what is imported is loaded, used or not
    ignoreAnnotations: true,
  })
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports)
  return {
    modules: Object.keys(metafile.inputs),
    others: new Set(imports.filter(({ external }) => external).map(({ path }) => path)),
    code: outputFiles[0]?.text ?? '',
  }
}

/** The modules of Node itself that a process has loaded once it has run `code`. */
function builtinsOf(code: string): readonly string[] {
  const told = `${code}\n;console.log(JSON.stringify(process.moduleLoadList))`
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', told], { encoding: 'utf8' }),
  )
}

describe('importing core, an adapter and two checks', () => {
  test('loads one module an entry, and of Node only what every server has loaded', async () => {
    const { modules, others } = await loaded()
    expect(modules.filter((path) => path.includes('node_modules'))).toEqual([])
    expect([...others].sort()).toEqual(['http', 'stream'])
    expect(modules.map((path) => path.replace(/^.*packages\//, '')).sort()).toEqual([
      'adapters/node/dist/index.js',
      'apps/benchmarks/probes/import-watchman.ts',
      'checks/cache/dist/index.js',
      'checks/cache/dist/ioredis.js',
      'checks/db/dist/index.js',
      'checks/db/dist/pg.js',
      'core/dist/adapter.js',
      'core/dist/driver.js',
      'core/dist/index.js',
    ])
  })

  test('leaves to the first request what Node loads for Request and Response', async () => {
    const { code } = await loaded()
    const server = builtinsOf("import 'node:http'") // from Node 22 on it loads the same
    const more = builtinsOf(code).filter((name) => !server.includes(name))
    expect(more.filter((name) => name.includes('undici'))).toEqual([])
    expect(builtinsOf('Response.name').filter((name) => name.includes('undici'))).not.toEqual([])
  })
})

describe('an installation', () => {
  const own = contenders.filter(({ kind }) => kind === 'watchman')

  test.each(own)('of $name brings the packages it names and none beside', ({ packages = [] }) => {
    const bridge = packages.some((name) => /express|koa|fastify|nest/.test(name)) ? ['@watchman/node'] : []
    const below = packages.includes('@watchman/nest') ? ['@watchman/fastify'] : []
    expect(new Set(installed(packages).packages)).toEqual(new Set([...packages, ...bridge, ...below]))
  })
})
