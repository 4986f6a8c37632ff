import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missing, required } from '@watchman/servers'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished, vi } from 'vitest'

/** Where screenshots are saved, to look at after the tests. */
const SCREENSHOTS = join(tmpdir(), 'watchman-dashboard')

/** Why there is no browser; undefined if there is one. */
export const reason = missing('chromium')

/** Milliseconds that a browser may take on a busy machine for what usually takes one or two. */
export const TIMEOUT = 60_000

/** A page, with its console messages, errors, and requests to other origins. */
interface Opened {
  readonly page: Page
  readonly problems: readonly string[]
}

/** A browser for the tests of a file. */
export interface TestBrowser {
  /** Opens `url` in a new window. */
  open(url: string, options?: BrowserContextOptions): Promise<Opened>
}

/** Starts Chromium before the tests of a file and ends it after them. */
export function startBrowser(): TestBrowser {
  const started: Browser[] = []
  vi.setConfig({ testTimeout: 2 * TIMEOUT })
  beforeAll(async () => {
    if (reason) return
    const executablePath = required('chromium', 'chromium')
    const args = ['--disable-gpu', '--disable-quic', '--disable-sync']
    started.push(await chromium.launch({ executablePath, args, timeout: TIMEOUT }))
    await mkdir(SCREENSHOTS, { recursive: true })
  })
  afterAll(() => started[0]?.close())

  return {
    async open(url, options = {}) {
      const [browser] = started
      if (!browser) throw new Error('the browser has not started')
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
      onTestFinished(() => context.close())
      context.setDefaultTimeout(TIMEOUT)
      const page = await context.newPage()
      const problems: string[] = []
      page.on('console', (message) => problems.push(message.text()))
      page.on('pageerror', ({ message }) => problems.push(message))
      page.on('request', (request) => {
        if (!/^data:/.test(request.url()) && new URL(request.url()).origin !== new URL(url).origin)
          problems.push(`requests ${request.url()}`)
      })
      await page.goto(url)
      return { page, problems }
    },
  }
}

/** Saves a screenshot of what is in the window. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll(' ', '-')}.png`) })
}

/** Returns the accessibility violations that axe-core finds. */
export async function violationsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source) // the page's content security policy would refuse a script element
  const { violations } = await page.evaluate<AxeResults>('axe.run()')
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}
