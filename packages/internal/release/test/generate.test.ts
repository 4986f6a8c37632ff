import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseDrivers } from '../src/drivers.ts'
import { fillBlocks } from '../src/generate/blocks.ts'
import { backendVariables } from '../src/generate/cli-sources.ts'
import { ROOT, staleFiles, writeStale } from '../src/generate/files.ts'

const page = `# A page

<!-- generated: drivers db -->
old
<!-- /generated -->

<!-- a comment -->
`

test('a block is replaced, and what is around it stays', () => {
  const filled = fillBlocks(page, { drivers: (kind) => `of ${kind}` })
  expect(filled).toBe(page.replace('\nold\n', '\n\nof db\n\n'))
  expect(fillBlocks(filled, { drivers: (kind) => `of ${kind}` })).toBe(filled)
})

test('an unknown block is an error', () => {
  expect(() => fillBlocks(page, { variables: () => '' })).toThrow(
    'unknown block drivers: the blocks are variables',
  )
})

test('a file is stale until it is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-generate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'new/file.txt')
  const files = new Map([[path, 'text']])
  expect(staleFiles(files)).toEqual([relative(ROOT, path)])
  expect(writeStale(files)).toEqual([relative(ROOT, path)])
  expect(readFileSync(path, 'utf8')).toBe('text')
  expect(staleFiles(files)).toEqual([])
})

test('a variable says which schemes its URL may have', () => {
  const entry = { backend: 'X', accepts: 'x', run: 'x', timeout: 'x' }
  const environment = { variable: 'X_URL', schemes: ['x', 'xs'] }
  const table = {
    x: { ...entry, environment: { ...environment, text: 'URL of an X' } },
    y: { ...entry, environment: { ...environment, schemes: ['y'] } },
  }
  expect(backendVariables(parseDrivers('db', table, ''))).toEqual({
    X_URL: 'URL of an X: `x:`, `xs:` or `y:`',
  })
  expect(() => backendVariables(parseDrivers('db', { x: { ...entry, environment } }, ''))).toThrow(
    'the first driver of X_URL in drivers.json must have environment.text',
  )
})
