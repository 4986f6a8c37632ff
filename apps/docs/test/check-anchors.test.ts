import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkAnchors } from '../src/check-anchors.ts'

/** A built site of these files. */
function site(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-anchors-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('links to pages, headings, files and other sites are fine', () => {
  const index =
    '<h2 id="über">…</h2> <a href="./a.html#b">1</a> <a href="#%C3%BCber">2</a> <a class="x" href="/x.json">3</a>'
  const folder = site({
    'index.html': `${index} <a href="https://example.com/#c">4</a>`,
    'a.html': '<h2 id="b">…</h2> <a href="/">5</a>',
    'x.json': '{}',
  })
  expect(() => checkAnchors(folder)).not.toThrow()
})

test.each([
  ['./gone.html', '/index.html → ./gone.html'],
  ['#gone', '/index.html → #gone'],
  ['/index.html#gone', '/index.html → /index.html#gone'],
  ['/gone.json', '/index.html → /gone.json'],
])('a link to %s leads nowhere', (link, message) => {
  const folder = site({ 'index.html': `<a class="link" href="${link}">…</a>` })
  expect(() => checkAnchors(folder)).toThrow(message)
})
