import { readFileSync } from 'node:fs'

/** The root package.json: the one place that states where the repository is. */
const ROOT = new URL('../../../../package.json', import.meta.url)

/** The owner in the URL until the real one is set. */
const PLACEHOLDER = '/OWNER/'

/** The `repository.url` of the root package.json, in npm's form: `git+https://github.com/owner/name.git`. */
export function repositoryUrl(): string {
  const { repository }: { readonly repository?: { readonly url?: string } } = JSON.parse(
    readFileSync(ROOT, 'utf8'),
  )
  if (!repository?.url) throw new Error('The root package.json has no repository.url')
  return repository.url
}

/** Whether nobody has set the repository's URL yet. */
export function isPlaceholder(url: string): boolean {
  return url.includes(PLACEHOLDER)
}

/** The repository's page, in the form of GitHub's OIDC token and of links: `https://github.com/owner/name`. */
export function repositoryPage(url = repositoryUrl()): string {
  return url.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** Throws while the URL is the placeholder: a published package would link to a repository of somebody else. */
export function assertRepositoryIsSet(url = repositoryUrl()): void {
  if (!isPlaceholder(url)) return
  throw new Error(
    `The repository has no URL yet, only the placeholder ${url}. ` +
      'Set "repository.url" in the package.json of the root folder to git+https://github.com/<owner>/<name>.git ' +
      'and run `npm run generate`, which writes it into the packages and their READMEs.',
  )
}
