import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * Looks at every link of the built site in `folder`: whether there is the page, and the heading. VitePress looks at pages
 * only, and not at what is written in HTML.
 *
 * @throws Error that lists the links which lead nowhere.
 */
export function checkAnchors(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const pages = new Map(
    files
      .filter((file) => file.endsWith('.html') && file !== '404.html')
      .map((file) => [`/${file}`, readFileSync(join(folder, file), 'utf8')]),
  )
  const dead = [...pages].flatMap(([page, html]) =>
    linksOf(html)
      .filter((link) => !leads(page, link, pages, files))
      .map((link) => `${page} → ${link}`),
  )
  if (dead.length > 0) throw new Error(`links that lead nowhere:\n${dead.join('\n')}`)
}

function leads(
  page: string,
  link: string,
  pages: ReadonlyMap<string, string>,
  files: readonly string[],
): boolean {
  const [path = '', anchor] = link.split('#')
  const full = path === '' ? page : posix.resolve(posix.dirname(page), path)
  const target = path.endsWith('/') ? posix.join(full, 'index.html') : full
  const html = pages.get(target)
  if (html === undefined) return files.includes(target.slice(1))
  return !anchor || html.includes(` id="${decodeURIComponent(anchor)}"`)
}

/** What a page links to within the site. */
function linksOf(html: string): readonly string[] {
  const links = [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, link = '']) => link)
  return [...new Set(links)].filter((link) => !/^[a-z]+:/.test(link))
}
