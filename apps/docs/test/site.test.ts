import { readdirSync } from 'node:fs'
import { missing, required } from '@watchman/servers'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Site, startSite } from './site.ts'

const reason = missing('chromium')
const PATIENCE = 120_000
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 } }

describe.skipIf(reason)(`the site ${reason ?? ''}`, () => {
  const running: { site?: Site; browser?: Browser } = {}

  beforeAll(async () => {
    running.site = await startSite()
    const args = ['--disable-gpu', '--disable-quic', '--disable-sync']
    running.browser = await chromium.launch({ executablePath: required('chromium', 'chromium'), args })
  }, PATIENCE)

  afterAll(async () => {
    await running.browser?.close()
    running.site?.stop()
  })

  /** Opens each of these pages in one window. Returns errors and requests to other servers. */
  async function visit(
    paths: readonly string[],
    options: BrowserContextOptions,
    look: (page: Page, path: string) => Promise<void>,
  ): Promise<readonly string[]> {
    const { site, browser } = running
    if (!site || !browser) throw new Error('the site was not started')
    const problems: string[] = []
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.on('console', (message) => problems.push(message.text()))
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('request', (request) => {
      const isOwn = request.url().startsWith(site.url) || request.url().startsWith('data:')
      if (!isOwn) problems.push(`requests ${request.url()}`)
    })
    try {
      for (const path of paths) {
        await page.goto(`${site.url}/${path}`)
        await look(page, path)
      }
      return problems
    } finally {
      await context.close()
    }
  }

  test('requests no other server, has no error, and fits on a phone, on every page', {
    timeout: PATIENCE,
  }, async () => {
    const files = readdirSync(running.site?.folder ?? '', { recursive: true, encoding: 'utf8' })
    const paths = files.filter((file) => file.endsWith('.html') && file !== '404.html')
    expect(paths.length).toBeGreaterThan(40)
    const problems = await visit(paths, PHONE, async (page, path) => {
      const excess = await page.evaluate(() => {
        const tables = [...document.querySelectorAll('.Layout:not(.columns) .vp-doc table')]
        return [document.documentElement, ...tables].map((one) => one.scrollWidth - one.clientWidth)
      })
      expect([path, Math.max(...excess)]).toEqual([path, 0])
    })
    expect(problems).toEqual([])
  })

  test.each(['light', 'dark'] as const)('is accessible in %s', { timeout: PATIENCE }, async (colorScheme) => {
    const paths = ['index.html', 'how-it-works.html', 'checks/email.html', 'operations/index.html']
    for (const options of [PHONE, { viewport: { width: 1280, height: 860 } }]) {
      await visit(paths, { ...options, colorScheme }, async (page, path) => {
        await page.evaluate(axe.source)
        // The frame of the page is made by VitePress.
        const { violations } = await page.evaluate<AxeResults>("axe.run({ include: [['.vp-doc']] })")
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
        )
        expect([path, found]).toEqual([path, []])
      })
    }
  })

  test('finds an option by its name', { timeout: PATIENCE }, async () => {
    const found: string[] = []
    await visit(['index.html'], {}, async (page) => {
      // The page handles keys once its script has run.
      await vi.waitFor(async () => {
        await page.keyboard.press('/')
        expect(await page.locator('#localsearch-input').count()).toBe(1)
      }, PATIENCE)
      await page.locator('#localsearch-input').fill('failureThreshold')
      await page.locator('.results .result').first().waitFor()
      found.push(...(await page.locator('.results .result').evaluateAll((links) => links.map(String))))
    })
    expect(found.join()).toContain('/checks/')
  })
})
