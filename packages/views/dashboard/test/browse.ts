import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missing, required } from '@watchman/servers'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'

/** Where the pictures of the pages are, to be looked at after the tests. */
const PICTURES = join(tmpdir(), 'watchman-dashboard')

/** Why there is no browser. */
export const reason = missing('chromium')

/** Milliseconds a browser on a busy machine has for what takes it one or two. */
export const PATIENCE = 60_000

/** A page, and what the browser has to complain about in it. */
interface Opened {
  readonly page: Page
  readonly complaints: readonly string[]
}

/** A browser for the tests of a file. */
export interface Browsing {
  /** Opens `url` in a window that nobody else uses. */
  open(url: string, options?: BrowserContextOptions): Promise<Opened>
}

/** Starts Chromium before the tests of this file, and ends it after them. */
export function browsing(): Browsing {
  const started: Browser[] = []
  vi.setConfig({ testTimeout: 2 * PATIENCE })
  beforeAll(async () => {
    if (reason) return
    const executablePath = required('chromium', 'chromium')
    const args = ['--disable-gpu', '--disable-quic', '--disable-sync']
    started.push(await chromium.launch({ executablePath, args, timeout: PATIENCE }))
    await mkdir(PICTURES, { recursive: true })
  })
  afterAll(() => started[0]?.close())

  return {
    async open(url, options = {}) {
      const [browser] = started
      if (!browser) throw new Error('the browser has not started')
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      onTestFinished(() => context.close())
      context.setDefaultTimeout(PATIENCE)
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', ({ message }) => complaints.push(message))
      page.on('request', (request) => {
        if (!/^data:/.test(request.url()) && new URL(request.url()).origin !== new URL(url).origin)
          complaints.push(`asks ${request.url()}`)
      })
      await page.goto(url)
      return { page, complaints }
    },
  }
}

/** Takes a picture of what is in the window. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name.replaceAll(' ', '-')}.png`) })
}

/** What axe-core finds to be a hindrance. */
export async function hindrances(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source) // as a script of the page its policy would refuse it
  return page.evaluate(async () => {
    const run: typeof axe.run = Reflect.get(window, 'axe').run
    const { violations } = await run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
  })
}
