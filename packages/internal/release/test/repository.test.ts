import { expect, test } from 'vitest'
import { assertRepositoryIsSet, isPlaceholder, repositoryPage, repositoryUrl } from '../src/repository.ts'

test('the root package.json has the URL of the repository in the form of npm', () => {
  expect(repositoryUrl()).toMatch(/^git\+https:\/\/github\.com\/[\w-]+\/[\w.-]+\.git$/)
})

test('a release is refused while the URL is the placeholder, with what to set and where', () => {
  const placeholder = 'git+https://github.com/OWNER/watchman.git'
  expect(isPlaceholder(placeholder)).toBe(true)
  expect(() => assertRepositoryIsSet(placeholder)).toThrow(
    /Set "repository\.url" in the package\.json of the root folder/,
  )
})

test('a release is not refused for another URL', () => {
  const url = 'git+https://github.com/acme/watchman.git'
  expect(() => assertRepositoryIsSet(url)).not.toThrow()
  expect(repositoryPage(url)).toBe('https://github.com/acme/watchman')
})
