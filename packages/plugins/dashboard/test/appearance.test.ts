import { expect, test } from 'vitest'
import { reason, screenshot, startBrowser, TIMEOUT, violationsIn } from './browse.ts'
import { scenario, scenarios } from './scenarios.ts'
import { serve } from './serve.ts'

const { open } = startBrowser()
const skipped = reason ? ` (${reason})` : ''
const looks = [
  { look: 'light', colorScheme: 'light', width: 1280, ground: 'rgb(247, 247, 245)' },
  { look: 'dark', colorScheme: 'dark', width: 1280, ground: 'rgb(15, 18, 22)' },
  { look: '320 px', colorScheme: 'light', width: 320, ground: 'rgb(247, 247, 245)' },
] as const

/** The colour of the band, by the icon of the verdict. */
const bands: Readonly<Record<string, string>> = {
  ok: 'rgb(10, 111, 68)',
  degraded: 'rgb(255, 194, 51)',
  failing: 'rgb(184, 15, 42)',
  none: 'rgb(76, 85, 100)',
}

test.skipIf(reason).each(scenarios)(
  `$name: $verdict${skipped}`,
  async ({ name, verdict, checks, prepare }) => {
    const { url, watchman } = await serve({ checks, stacktraces: true })
    for (let round = 0; round < 4; round += 1) await watchman.report()
    await prepare?.(watchman)
    const { page, problems } = await open(url)
    const { state, held, results } = await watchman.report()
    const icon = results.length > 0 ? state : 'none'
    expect(await page.title()).toBe(`${verdict} · Watchman`)
    expect(await page.locator('h1').textContent()).toBe(verdict)
    expect(await page.locator('h1 use').getAttribute('href')).toBe(`#${icon}`)
    expect(await page.locator('.row').count()).toBe(results.length)
    expect(await page.locator('#held').allTextContents()).toEqual(held ? [`Readiness held: ${held}`] : [])

    for (const { look, colorScheme, width, ground } of looks) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await screenshot(page, `${name} ${look}`)
      const seen = await page.evaluate(() => ({
        ground: getComputedStyle(document.body).backgroundColor,
        band: getComputedStyle(document.querySelector('#band') ?? document.body).backgroundColor,
        overhang: Math.max(0, document.documentElement.scrollWidth - innerWidth),
      }))
      expect(seen).toEqual({ ground, band: bands[icon], overhang: 0 })
      expect(await violationsIn(page)).toEqual([])
    }
    expect(problems).toEqual([])
  },
)

test.skipIf(reason)(`never uses what a check returns as markup${skipped}`, async () => {
  const { checks } = scenario('hostile')
  const { url } = await serve({ checks, stacktraces: true }, { refresh: 1000, title: '</title><b>"Shop"' })
  const { page, problems } = await open(url)
  const look = () =>
    page.evaluate(() => ({
      isHacked: 'hacked' in window,
      foreignElements: document.querySelectorAll(
        'img, body > script ~ *, main script, main style, b:not(.cause b)',
      ).length,
      title: document.title,
    }))
  const harmless = { isHacked: false, foreignElements: 0, title: '4 failing · </title><b>"Shop"' }
  expect(await look()).toEqual(harmless)
  expect(await page.locator('main').textContent()).toContain('<img src=x onerror="window.hacked=1">')
  // An update is inserted by the script.
  const time = page.locator('footer time')
  const before = await time.getAttribute('datetime')
  await expect.poll(() => time.getAttribute('datetime'), { timeout: TIMEOUT }).not.toBe(before)
  expect(await look()).toEqual(harmless)
  expect(problems).toEqual([])
})

test.skipIf(reason)(`prints black on white, without controls${skipped}`, async () => {
  const { checks } = scenario('several failing')
  const { url } = await serve({ checks, stacktraces: true })
  const { page } = await open(url, { colorScheme: 'dark' })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await screenshot(page, 'printed')
  const colours = await page.evaluate(() =>
    ['body', '#band', '.row.failing'].map((selector) => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector(selector) ?? document.body)
      return `${color} on ${backgroundColor}`
    }),
  )
  const black = 'rgb(0, 0, 0) on rgb'
  expect(colours).toEqual([`${black}(255, 255, 255)`, `${black}a(0, 0, 0, 0)`, `${black}(253, 238, 240)`])
  expect(await page.locator('.filter').isVisible()).toBe(false)
  expect(await page.locator('details').first().isVisible()).toBe(false)
  expect(await page.getByText(/^454 4.7.0/).isVisible()).toBe(true)
})
