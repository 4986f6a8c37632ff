import { repositoryPage } from './repository.ts'

/** A package.json as it is in a tarball: anything may be missing or wrong. */
export interface PublishedManifest {
  readonly name?: string
  readonly private?: boolean
  readonly repository?:
    | string
    | { readonly type?: string; readonly url?: string; readonly directory?: string }
  readonly publishConfig?: Readonly<Record<string, unknown>>
}

/** The scope that the packages are published under; npm refuses any other with a 403 or 404. */
const NAME = /^@watchman\/[a-z0-9][a-z0-9._-]*$/

/** What `publishConfig` must hold. npm reads other keys too: `registry` would publish somewhere else. */
const CONFIG = { access: 'public', provenance: true }

/**
 * Returns why the npm registry would refuse a publish of this package with provenance from `repository`
 * (`https://github.com/owner/name`), or why npm would publish it differently than intended.
 */
export function publishErrors(manifest: PublishedManifest, repository: string): readonly string[] {
  const { name = '' } = manifest
  const errors = [
    ...(NAME.test(name) ? [] : [`"name" must be a lowercase name in the scope @watchman`]),
    ...(manifest.private ? ['"private" must not be set'] : []),
    ...repositoryErrors(manifest, repository),
    ...configErrors(manifest),
  ]
  return errors.map((error) => `${name || 'A package without a name'}: ${error}`)
}

/**
 * The registry compares `repository.url` with the repository in the OIDC token: without `git+` and `.git`, but in the
 * same case, although GitHub ignores case.
 */
function repositoryErrors({ repository }: PublishedManifest, expected: string): readonly string[] {
  if (typeof repository === 'string') return ['"repository" must be an object with type, url and directory']
  if (!repository?.url) return [`"repository.url" is missing; it must be git+${expected}.git`]
  const { type, url, directory } = repository
  return [
    ...(url.startsWith('git+https://') && url.endsWith('.git') && repositoryPage(url) === expected
      ? []
      : [`"repository.url" is ${url}; the provenance names ${expected}, so it must be git+${expected}.git`]),
    ...(type === 'git' ? [] : ['"repository.type" must be "git"']),
    ...(directory ? [] : ['"repository.directory" is missing: the page could not link to the sources']),
  ]
}

function configErrors({ publishConfig = {} }: PublishedManifest): readonly string[] {
  const wrong = Object.entries(CONFIG).filter(([key, value]) => publishConfig[key] !== value)
  const unknown = Object.keys(publishConfig).filter((key) => !(key in CONFIG))
  return [
    ...wrong.map(([key, value]) => `"publishConfig.${key}" must be ${JSON.stringify(value)}`),
    ...unknown.map((key) => `"publishConfig.${key}" must not be set`),
  ]
}
