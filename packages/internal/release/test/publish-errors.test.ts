import { expect, test } from 'vitest'
import { publishErrors } from '../src/publish-errors.ts'

const page = 'https://github.com/acme/watchman'

const good = {
  name: '@watchman/core',
  version: '0.1.0',
  repository: { type: 'git', url: `git+${page}.git`, directory: 'packages/core' },
  publishConfig: { access: 'public', provenance: true },
}

/** A package.json with one mistake, and a part of the reason why it is refused. */
const broken: Readonly<Record<string, readonly [object, string]>> = {
  'without a name': [{ name: undefined }, '"name" must be'],
  'with a name in another scope': [{ name: '@acme/core' }, '"name" must be'],
  'with capitals in its name': [{ name: '@watchman/Core' }, '"name" must be'],
  'that is private': [{ private: true }, '"private" must not be set'],
  'without a repository': [{ repository: undefined }, '"repository.url" is missing'],
  'with a shorthand for the repository': [{ repository: 'acme/watchman' }, 'must be an object'],
  'with an empty URL': [
    { repository: { type: 'git', url: '', directory: '.' } },
    '"repository.url" is missing',
  ],
  'of the repository of somebody else': [
    { repository: { ...good.repository, url: 'git+https://github.com/other/watchman.git' } },
    `the provenance names ${page}`,
  ],
  'with the owner in another case': [
    { repository: { ...good.repository, url: 'git+https://github.com/Acme/watchman.git' } },
    `the provenance names ${page}`,
  ],
  'with a URL that npm would have to correct': [
    { repository: { ...good.repository, url: 'git@github.com:acme/watchman.git' } },
    `must be git+${page}.git`,
  ],
  'without the type of its repository': [
    { repository: { url: good.repository.url, directory: '.' } },
    '"repository.type" must be "git"',
  ],
  'without its folder in the repository': [
    { repository: { type: 'git', url: good.repository.url } },
    '"repository.directory" is missing',
  ],
  'with restricted access': [
    { publishConfig: { access: 'restricted', provenance: true } },
    '"publishConfig.access" must be "public"',
  ],
  'without provenance': [{ publishConfig: { access: 'public' } }, '"publishConfig.provenance" must be true'],
  'that is published to another registry': [
    { publishConfig: { ...good.publishConfig, registry: 'https://npm.example.com' } },
    '"publishConfig.registry" must not be set',
  ],
}

test('accepts a package.json that npm would publish with provenance', () => {
  expect(publishErrors(good, page)).toEqual([])
})

test.each(Object.entries(broken))('refuses a package %s', (_, [mistake, reason]) => {
  expect(publishErrors({ ...good, ...mistake }, page)).toEqual([expect.stringContaining(reason)])
})

test('names every mistake of a package', () => {
  expect(publishErrors({ name: '@watchman/core' }, page)).toEqual([
    `@watchman/core: "repository.url" is missing; it must be git+${page}.git`,
    '@watchman/core: "publishConfig.access" must be "public"',
    '@watchman/core: "publishConfig.provenance" must be true',
  ])
})
