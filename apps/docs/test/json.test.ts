import { expect, test } from 'vitest'
import { readDrivers } from '../../../packages/internal/release/src/drivers.ts'
import { allPages, pageAt } from '../src/pages.ts'
import { general, liveAnswers } from './json-answers.ts'

/** The sections of the fault matrix that a page may quote. Their cells are what real servers brought about. */
const drivers = readDrivers()
const sections = new Map(drivers.map(({ page, matrix: section }) => [`checks/${page}.md`, section]))

/** What was read while a real server had a fault. */
function matrix(section: string): readonly string[] {
  const [, text = ''] = pageAt('fault-matrix.md').text.split(`\n## ${section}\n`)
  const cells = (text.split('\n## ')[0] ?? '').matchAll(/`([^`]+)`/g)
  return [...cells].map(([, cell = '']) => cell.replace(/^degraded: /, ''))
}

/** The errors in a text of JSON. */
function errorsOf(json: string): readonly string[] {
  return [...json.matchAll(/"error":("(?:[^"\\]|\\.)*")/g)].map(([, error = '""']) => JSON.parse(error))
}

/** The bodies that a page shows; a block has one a line, or is one document. */
function bodiesOf(path: string): readonly string[] {
  const blocks = pageAt(path).blocks.filter(({ language }) => language === 'json')
  return blocks.flatMap(({ code }) => (code.startsWith('{\n') ? [code] : code.trim().split('\n')))
}

test('every failure on the page of a check is one that was seen', { timeout: 60_000 }, async () => {
  const live = await liveAnswers()
  const pages = allPages().filter(({ path }) => path.startsWith('checks/') && path !== 'checks/index.md')
  expect(pages).toHaveLength(drivers.length + 1) // and the page of the check of the system
  for (const { path } of pages) {
    const section = sections.get(path)
    const seen = [...(section ? matrix(section) : []), ...(live.get(path) ?? []).flatMap(errorsOf)]
    const shown = bodiesOf(path).flatMap(errorsOf)
    expect(shown.length, path).toBeGreaterThan(1)
    for (const error of shown) expect(seen.map(general), path).toContain(general(error))
  }
})

test('the bodies of the check of the system have the members that it has', async () => {
  const live = await liveAnswers()
  const shapes = (bodies: readonly string[]) =>
    bodies.map((body) =>
      general(body)
        .replace(/\d+(\.\d+)?/g, '0')
        .replaceAll('"ok":true', '"ok":true'),
    )
  const [late, full] = shapes(live.get('checks/system.md') ?? [])
  expect(shapes(bodiesOf('checks/system.md'))).toEqual([late, full])
})

test('every block of JSON is JSON', () => {
  const bodies = allPages().flatMap(({ path }) => bodiesOf(path))
  expect(bodies.length).toBeGreaterThan(50)
  for (const body of bodies) expect(() => JSON.parse(body), body).not.toThrow()
})
