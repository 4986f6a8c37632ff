import { describe, expect, test } from 'vitest'
import { inventionsIn } from '../src/inventions.ts'
import { isKind, kinds } from '../src/kinds.ts'
import { render } from '../src/render.ts'

describe.each(Object.keys(kinds).filter(isKind))('of what is made up for a %s', (kind) => {
  const files = render({ name: 'watchman-some-thing', kind })
  const inventions = inventionsIn(files)
  const places = inventions.map(({ path, line }) => `${path}:${line}`)

  test('every mark is told, and package.json, which can hold none', () => {
    const marked = files.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          line.includes('TODO: ') || line.includes('"description"') ? [`${path}:${index + 1}`] : [],
        ),
    )
    expect(places).toEqual(marked)
    expect(places.filter((place) => place.startsWith('package.json:'))).toHaveLength(1)
  })

  test('the source says where it asks', () => {
    const source = files.find(({ path }) => /^src\/some-thing(-handler)?\.ts$/.test(path))
    expect(source?.text).toMatch(
      /\/\/ TODO: (ask|write|answer|take)\b.*\n.*(client\.|new Response|\(request)/,
    )
  })

  test('the README says which of its claims are not yet those of the author', () => {
    const readme = files.find(({ path }) => path === 'README.md')?.text ?? ''
    for (const claim of ['What it sends', 'What failure looks like', 'Before you publish it']) {
      expect(readme).toContain(`## ${claim}\n\n<!-- TODO: `)
    }
  })

  test('a mark is told without what ends the comment', () => {
    for (const { text } of inventions) expect(text).toMatch(/^[a-z].*[a-z.`]$/i)
  })
})
