import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../src/generate/files.ts'
import { linkErrors, readmeLinks, withAbsoluteLinks } from '../src/readme-links.ts'
import { repositoryPage } from '../src/repository.ts'

const page = 'https://github.com/acme/watchman'

describe('the README of each published package', () => {
  const readmes = [...readmeLinks()].map(([path, text]) => [relative(ROOT, path), path, text] as const)

  test.each(readmes)('%s has links that work on a package page', (_, path, text) => {
    const written = readFileSync(path, 'utf8')
    expect(linkErrors(written)).toEqual([])
    expect(written).toBe(text)
  })
})

/** Markdown with one bad link, and the error that names it. */
const bad: Readonly<Record<string, readonly [string, string]>> = {
  'a relative link': ['[core](../../core)', '../../core is relative'],
  'a relative picture': ['![the page](screenshot.png)', 'screenshot.png is relative'],
  'a relative picture in HTML': ['<img src="screenshot.png">', 'screenshot.png is relative'],
  'a relative link around a picture': [`[![a](https://example.com/a.svg)](docs)`, 'docs is relative'],
  'a relative reference': ['[core]\n\n[core]: ../../core', '../../core is relative'],
  'a link into another repository': [
    '[core](https://github.com/other/watchman/tree/main/packages/core)',
    `https://github.com/other/watchman/tree/main/packages/core is not below ${page}`,
  ],
  'a link to what does not exist': [
    `[core](${page}/tree/main/packages/kore)`,
    `${page}/tree/main/packages/kore does not exist`,
  ],
  'a link to what is built': [
    `[core](${page}/tree/main/node_modules)`,
    `${page}/tree/main/node_modules does not exist`,
  ],
  'a file shown as a folder': [
    `[license](${page}/tree/main/LICENSE)`,
    `${page}/tree/main/LICENSE must begin with ${page}/blob/main/`,
  ],
  'a folder shown as a file': [
    `[core](${page}/blob/main/packages/core#readme)`,
    `${page}/blob/main/packages/core#readme must begin with ${page}/tree/main/`,
  ],
  'the page of a picture in place of the picture': [
    `![the page](${page}/blob/main/packages/plugins/dashboard/screenshot.png)`,
    `${page}/blob/main/packages/plugins/dashboard/screenshot.png must begin with ${page}/raw/main/`,
  ],
  'a link without TLS': ['[node](http://nodejs.org)', 'http://nodejs.org is not https'],
}

test.each(Object.entries(bad))('names %s', (_, [markdown, error]) => {
  expect(linkErrors(markdown, page)).toEqual([expect.stringContaining(error)])
})

test('accepts links that work everywhere, and code that looks like a link', () => {
  const markdown = `
[core](${page}/tree/main/packages/core), [license](${page}/blob/main/LICENSE), [below](#options), [mail](mailto:a@b.c)
![the page](${page}/raw/main/packages/plugins/dashboard/screenshot.png) [Node](https://nodejs.org/api/)
\`[a](b)\`

\`\`\`ts
const [first] = probes[0](signal)
// [core](../../core)
\`\`\`
`
  expect(linkErrors(markdown, page)).toEqual([])
  expect(withAbsoluteLinks(markdown, 'packages/core', page)).toBe(markdown)
})

test('makes relative links absolute, each by what it points to', () => {
  const markdown = '[a](../../core) [b](../../../LICENSE#mit) ![c](screenshot.png) [d](../../core/)'
  expect(withAbsoluteLinks(markdown, 'packages/plugins/dashboard', page)).toBe(
    `[a](${page}/tree/main/packages/core) [b](${page}/blob/main/LICENSE#mit) ` +
      `![c](${page}/raw/main/packages/plugins/dashboard/screenshot.png) [d](${page}/tree/main/packages/core)`,
  )
})

test('rewrites links that were made before the URL changed', () => {
  const [path, text = ''] = [...readmeLinks()].find(([name]) => name.includes('dashboard')) ?? []
  expect(path).toBeDefined()
  const moved = withAbsoluteLinks(text, 'packages/plugins/dashboard', page)
  expect(moved).toBe(text.replaceAll(repositoryPage(), page))
  expect(linkErrors(moved, page)).toEqual([])
})
