import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, expect, test } from 'vitest'
import { allPages } from '../src/pages.ts'

/** Where the packages that the pages import are found, and which no reader sees. */
const FOLDER = mkdtempSync(join(import.meta.dirname, '../node_modules/.blocks-'))

afterAll(() => rmSync(FOLDER, { recursive: true }))

test('every ts block compiles against the packages', { timeout: 120_000 }, () => {
  const blocks = allPages().flatMap((page) =>
    page.blocks
      .filter(({ language }) => language === 'ts')
      .map((block) => {
        const folder = join(FOLDER, page.path.replace(/\.md$/, ''))
        return { ...block, page, path: join(folder, block.file ?? `line-${block.line}.ts`) }
      }),
  )
  for (const { path, code, given } of blocks) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${given.replaceAll('\n', ' ')}\n${code}\nexport {}\n`)
  }
  const { config } = ts.readConfigFile(join(FOLDER, '../../../../tsconfig.base.json'), ts.sys.readFile)
  const overrides = { experimentalDecorators: true, customConditions: ['@watchman/source'] }
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, ...overrides }, FOLDER)
  const program = ts.createProgram(
    blocks.map(({ path }) => path),
    options,
  )
  // The sources of the packages are compiled by the packages.
  const own = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => !file || file.fileName.startsWith(FOLDER))
  const problems = own.map(({ file, start = 0, messageText }) => {
    const block = blocks.find(({ path }) => path === file?.fileName)
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + (block?.line ?? 0) - 1
    return `${block?.page.path ?? file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  expect(problems).toEqual([])
  expect(blocks.length).toBeGreaterThan(20)
})
