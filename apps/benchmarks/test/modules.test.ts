import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { contenders } from '../src/contenders.ts'
import { installed } from '../src/installed.ts'

const folder = join(import.meta.dirname, '../probes')

/** What importing core, an adapter and two checks loads. */
async function loaded() {
  const { metafile } = await build({
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
  }
}

describe('importing core, an adapter and two checks', () => {
  test('loads one module an entry, and of Node only what every server has loaded', async () => {
    const { modules, others } = await loaded()
    expect(modules.filter((path) => path.includes('node_modules'))).toEqual([])
    expect([...others].sort()).toEqual(['async_hooks', 'http', 'os', 'stream', 'timers/promises', 'tty'])
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
})

describe('an installation', () => {
  const own = contenders.filter(({ kind }) => kind === 'watchman')

  test.each(own)('of $name brings the packages it names and none beside', ({ packages = [] }) => {
    const bridge = packages.some((name) => /express|koa|fastify|nest/.test(name)) ? ['@watchman/node'] : []
    const below = packages.includes('@watchman/nest') ? ['@watchman/fastify'] : []
    expect(new Set(installed(packages).packages)).toEqual(new Set([...packages, ...bridge, ...below]))
  })
})
