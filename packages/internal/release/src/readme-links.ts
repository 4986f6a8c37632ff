import { statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Files, ROOT, read } from './generate/files.ts'
import { run } from './pack.ts'
import { publishedFolders } from './published-folders.ts'
import { repositoryPage } from './repository.ts'

/**
 * Code, which holds no links, or the beginning of a link or picture and its target. Targets with spaces or brackets are
 * not used here.
 */
const LINK =
  /^(`{3,})[\s\S]*?^\1|`[^`\n]+`|(!\[[^\]]*\]\(|\]\(|^ {0,3}\[[^\]]+\]:\s+|\b(?:href|src)=")([^)\s"]+)/gm

/** A link into the repository: GitHub shows folders at `tree`, files at `blob`, and sends files at `raw`. */
const OURS = /^https:\/\/github\.com\/[^/]+\/[^/]+\/(tree|blob|raw)\/main\/([^#?]*)/

interface Link {
  readonly target: string
  readonly isPicture: boolean
}

/**
 * Returns the README of each published package, by its path, with links that work on a package page. A relative link is
 * made absolute, and each link to a file or folder on the branch `main` gets the URL of the root package.json.
 */
export function readmeLinks(): Files {
  const files = publishedFolders(ROOT).map((folder) => posix.join(folder, 'README.md'))
  return new Map(
    files.map((file) => [join(ROOT, file), withAbsoluteLinks(read(file), posix.dirname(file))] as const),
  )
}

/** Rewrites the links of a README that is in `folder`. */
export function withAbsoluteLinks(text: string, folder: string, page = repositoryPage()): string {
  return replaceLinks(text, ({ target, isPicture }) => {
    if (OURS.test(target)) return target.replace(/^https:\/\/github\.com\/[^/]+\/[^/]+/, page)
    if (!isRelative(target)) return target
    const [path = '', anchor = ''] = target.split(/(?=#)/)
    const full = posix.join(folder, path).replace(/\/$/, '')
    return `${page}/${isPicture ? 'raw' : (kindOf(full) ?? 'blob')}/main/${full}${anchor}`
  })
}

/** Returns each link and picture of a README that would not work on a package page, with the reason. */
export function linkErrors(text: string, page = repositoryPage()): readonly string[] {
  const errors: string[] = []
  replaceLinks(text, (link) => {
    const reason = linkError(link, page)
    if (reason) errors.push(`${link.target} ${reason}`)
    return link.target
  })
  return errors
}

function linkError({ target, isPicture }: Link, page: string): string | undefined {
  if (isRelative(target)) return 'is relative; run `npm run generate`'
  const [, view, path = ''] = OURS.exec(target) ?? []
  if (!view) return target.startsWith('http://') ? 'is not https' : undefined
  if (!target.startsWith(`${page}/`)) return `is not below ${page}; run \`npm run generate\``
  const kind = isTracked(path) ? kindOf(path) : undefined
  if (!kind) return 'does not exist in the repository'
  const expected = isPicture ? 'raw' : kind
  return view === expected ? undefined : `must begin with ${page}/${expected}/main/`
}

function replaceLinks(text: string, change: (link: Link) => string): string {
  return text.replace(LINK, (whole, _fence, start?: string, target?: string) => {
    if (start === undefined || target === undefined) return whole
    return start + change({ target, isPicture: start.startsWith('!') || start.startsWith('src') })
  })
}

function isRelative(target: string): boolean {
  return !/^(?:[a-z]+:|#)/i.test(target)
}

function kindOf(path: string): 'tree' | 'blob' | undefined {
  const stats = statSync(join(ROOT, path), { throwIfNoEntry: false })
  if (!stats) return undefined
  return stats.isDirectory() ? 'tree' : 'blob'
}

/** Whether git has the file or a file in the folder, or would with the next `git add`; not so what is built. */
function isTracked(path: string): boolean {
  return run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', path], ROOT) !== ''
}
