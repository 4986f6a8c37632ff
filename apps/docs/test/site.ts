import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import getPort from 'get-port'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
}

/** The site as it is built, behind a server. */
export interface Site {
  readonly url: string
  /** Where its files are. */
  readonly folder: string
  readonly stop: () => void
}

/** Builds the site into a folder of its own, and serves it. */
export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-docs-'))
  const vitepress = join(import.meta.dirname, '../node_modules/vitepress/bin/vitepress.js')
  const env = { ...process.env, NODE_ENV: 'production', VITEST: '' }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    await promisify(execFile)(process.execPath, [vitepress, 'build', '--outDir', folder], {
      cwd: join(import.meta.dirname, '..'),
      env,
    })
  } catch (error) {
    remove()
    throw error
  }
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const file = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    try {
      const content = await readFile(join(folder, file))
      response
        .writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' })
        .end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  const port = await getPort({ host: '127.0.0.1' })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
    remove()
  }
  return { url: `http://127.0.0.1:${port}`, folder, stop }
}
