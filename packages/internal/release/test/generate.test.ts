import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { responseTable } from '../../../tools/testing/src/response-table.ts'
import { parseDrivers } from '../src/drivers.ts'
import { fillBlocks } from '../src/generate/blocks.ts'
import { backendVariables } from '../src/generate/cli-sources.ts'
import { ROOT, read, staleFiles, writeStale } from '../src/generate/files.ts'
import { responsePage } from '../src/generate/response-page.ts'

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

test('the page of responses prints every row of the table, as it is', () => {
  const [page = ''] = responsePage().values()
  const rows = page.split('\n').filter((line) => line.startsWith('| '))
  const { access, refusals, states, requests } = responseTable
  const count = access.length + Object.keys(refusals).length + states.length + requests.length
  expect(rows.length).toBe(count + 8) // each of the four tables has two lines above its rows
  for (const { body } of [...Object.values(refusals), ...states, ...requests]) {
    if (body !== '') expect(page).toContain(` \`${body}\` |`)
  }
  expect(read('apps/docs/reference/responses.md')).toBe(page)
})
