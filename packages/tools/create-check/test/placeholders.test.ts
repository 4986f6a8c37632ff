import { describe, expect, test } from 'vitest'
import { isKind, kinds } from '../src/kinds.ts'
import { findPlaceholders } from '../src/placeholders.ts'
import { render } from '../src/render.ts'

describe.each(Object.keys(kinds).filter(isKind))('the placeholders of a %s', (kind) => {
  const files = render({ name: 'watchman-some-thing', kind })
  const placeholders = findPlaceholders(files)
  const places = placeholders.map(({ path, line }) => `${path}:${line}`)

  test('every mark is listed, and package.json, which cannot contain one', () => {
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

  test('the source marks where it uses the client', () => {
    const source = files.find(({ path }) => /^src\/some-thing(-handler)?\.ts$/.test(path))
    expect(source?.text).toMatch(
      /\/\/ TODO: (ask|write|answer|take)\b.*\n.*(client\.|new Response|\(request)/,
    )
  })

  test('the README marks the claims that the author must replace', () => {
    const readme = files.find(({ path }) => path === 'README.md')?.text ?? ''
    for (const claim of ['What it sends', 'What failure looks like', 'Before you publish it']) {
      expect(readme).toContain(`## ${claim}\n\n<!-- TODO: `)
    }
  })

  test('the text of a mark does not contain the end of its comment', () => {
    for (const { text } of placeholders) expect(text).toMatch(/^[a-z].*[a-z.`]$/i)
  })
})
