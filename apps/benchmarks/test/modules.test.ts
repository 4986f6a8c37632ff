import { isBuiltin } from 'node:module'
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
    conditions: ['@watchman/source'],
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
    bytes: outputFiles[0]?.contents.length ?? Number.POSITIVE_INFINITY,
  }
}

describe('importing core, an adapter and two checks', () => {
  test('loads modules of ours and of Node alone, and few of either', async () => {
    const { modules, others } = await loaded()
    expect(modules.filter((path) => path.includes('node_modules'))).toEqual([])
    expect([...others].filter((name) => !isBuiltin(name))).toEqual([])
    expect([...others].sort()).toEqual(['node:http', 'node:stream', 'node:timers/promises'])
    expect(modules.length).toBeGreaterThan(30)
    expect(modules.length).toBeLessThanOrEqual(56)
  })

  test('weighs no more than 27 kB, minified', async () => {
    const { bytes } = await loaded()
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThanOrEqual(27_000)
  })
})

describe('an installation', () => {
  const own = contenders.filter(({ kind }) => kind === 'watchman')

  test.each(own)('of $name brings the packages it names and none beside', ({ packages = [] }) => {
    const bridge = packages.some((name) => /express|koa|fastify|nest/.test(name)) ? ['@watchman/node'] : []
    expect(new Set(installed(packages).packages)).toEqual(new Set([...packages, ...bridge]))
  })
})
