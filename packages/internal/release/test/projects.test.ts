import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesOfRepository, projects, ROOT } from '../src/projects.ts'

test('a tsconfig includes each TypeScript file, so that its types are checked', () => {
  const included = new Set(projects().flatMap(({ files }) => files))
  const files = filesOfRepository('**/*.ts', '**/*.tsx', '**/*.mts', '**/*.cts')
  expect(files.filter((path) => !included.has(join(ROOT, path)))).toEqual([])
  expect(files.length).toBeGreaterThan(300)
})
