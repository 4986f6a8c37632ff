import { defineProbeCheck } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import { reason, screenshot, startBrowser, TIMEOUT } from './browse.ts'
import { application, down, impaired, many, up } from './scenarios.ts'
import { serve } from './serve.ts'

const { open } = startBrowser()
const often = { refresh: 1000 }
const TOKEN = 'a-t0ken-of-the-test'

/** An application whose probe `orders` can be replaced while it runs. */
function changing(broken: Parameters<typeof application>[0] = {}) {
  const state = { orders: down('connect ECONNREFUSED 10.0.3.17:5432') }
  const checks = application({ ...broken, orders: (signal) => state.orders(signal) })
  return { state, checks }
}

describe.skipIf(reason)(`the dashboard in a browser ${reason ?? ''}`, () => {
  test('updates in place, and keeps what was opened, typed, focused and scrolled', async () => {
    const { state, checks } = changing()
    const { url } = await serve({ checks, stacktraces: true }, often)
    const { page, problems } = await open(url, { viewport: { width: 800, height: 400 } })
    await page.evaluate(() => document.documentElement.setAttribute('data-marker', 'kept'))
    await page.locator('#c0 summary').click()
    await page.locator('#filter').fill('s')
    await page.locator('#c0 summary').focus()
    await page.evaluate(() => scrollTo(0, 150))
    const icon = await page.locator('link').getAttribute('href')

    state.orders = down('the disk is full')
    await page.locator('.cause', { hasText: 'the disk is full' }).waitFor()
    const kept = () =>
      page.evaluate(() => ({
        marker: document.documentElement.getAttribute('data-marker'),
        open: document.querySelector('details')?.open,
        focus: document.activeElement?.nodeName,
        typed: document.querySelector<HTMLInputElement>('#filter')?.value,
        scrolled: scrollY > 20, // the browser adjusts the position when the band above shrinks
      }))
    expect(await kept()).toEqual({ marker: 'kept', open: true, focus: 'SUMMARY', typed: 's', scrolled: true })

    await page.locator('#filter').focus()
    state.orders = up()
    await page.locator('#band.ok').waitFor()
    expect(await page.title()).toBe('All systems go · Watchman')
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    const other = await page.locator('link').getAttribute('href')
    expect(other).not.toBe(icon)
    const width = await page.evaluate(async (href) => {
      const image = new Image()
      image.src = `${href}`
      await image.decode()
      return image.naturalWidth
    }, other)
    expect(width).toBeGreaterThan(0)
    const { open: _gone, ...rest } = await kept()
    expect(rest).toEqual({ marker: 'kept', focus: 'INPUT', typed: 's', scrolled: true })
    expect(problems).toEqual([])
  })

  test('moves problems up, and the focus with them', async () => {
    const { state, checks } = changing({ uploads: impaired('slow') })
    const { url } = await serve({ checks, stacktraces: true }, often)
    const { page } = await open(url)
    const headings = () => page.locator('h2').allTextContents()
    expect(await headings()).toEqual(['databases', 'storage', 'caches', 'email', 'queue'])
    await page.locator('#c3 summary').focus()
    state.orders = up()
    await page.locator('#band.degraded').waitFor()
    expect(await headings()).toEqual(['storage', 'databases', 'caches', 'email', 'queue'])
    const focused = page.locator('#c3 summary:focus')
    expect(await focused.count()).toBe(1)
    const names = () => page.locator('#c0 .name').allTextContents()
    expect(await names()).toEqual(['analytics', 'orders'])
    state.orders = down('gone')
    await page.locator('#c0 .row.failing').waitFor()
    expect(await names()).toEqual(['orders', 'analytics'])
    expect(await focused.count()).toBe(1)
  })

  test('filters what an update brings', async () => {
    const { state, checks } = changing()
    const { url } = await serve({ checks }, often)
    const { page } = await open(url)
    const shown = page.locator('#shown')
    await page.locator('#filter').fill('failing')
    expect(await shown.textContent()).toBe('1 of 8 shown')
    state.orders = up()
    await page.locator('#band.ok').waitFor()
    expect(await shown.textContent()).toBe('0 of 8 shown')
    state.orders = down('gone')
    await page.locator('#band.failing').waitFor()
    expect(await page.locator('.row:visible .name').allTextContents()).toEqual(['orders'])
  })

  test('shows that the server does not answer, and recovers', async () => {
    const { url, answer, close } = await serve({ checks: application() }, often)
    const { page } = await open(url)
    const icon = await page.locator('link').getAttribute('href')
    const noAnswer = async (text: string) => {
      await page.locator('#tally', { hasText: text }).waitFor()
      expect(await page.title()).toBe('No answer · Watchman')
      expect(await page.locator('h1').textContent()).toBe('No answer')
      expect(await page.locator('h1 use').getAttribute('href')).toBe('#no-answer')
      expect(await page.locator('link').getAttribute('href')).not.toBe(icon)
    }
    answer(new Response('{"error":403}', { status: 403 }))
    await noAnswer('The server answered 403 without a dashboard. Last update ')
    await screenshot(page, 'no answer')
    answer(new Response('<h1>Please log in</h1>', { headers: { 'Content-Type': 'text/html' } }))
    await noAnswer('The server answered 200 without a dashboard')
    answer(undefined)
    await page.locator('html:not(.no-answer)').waitFor()
    expect(await page.title()).toBe('All systems go · Watchman')
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    expect(await page.locator('link').getAttribute('href')).toBe(icon)
    await close()
    await noAnswer('The server cannot be reached')
  })

  test('shows that readiness is held, that it is released, and that the watchman is closed', async () => {
    const { url, watchman } = await serve({ checks: application() }, often)
    const { page, problems } = await open(url)
    const held = page.locator('#held')
    expect(await held.count()).toBe(0)
    const release = watchman.holdReadiness('draining')
    await held.waitFor()
    expect(await held.textContent()).toBe('Readiness held: draining')
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    release()
    await held.waitFor({ state: 'detached' })
    await watchman.close()
    await page.locator('#band.none').waitFor()
    expect(await page.title()).toBe('Closed · Watchman')
    expect(await page.locator('#tally').textContent()).toBe('Checks no longer run.')
    expect(await page.locator('.row').count()).toBe(0)
    expect(problems).toEqual([])
  })

  test('removes the token from the address bar and sends it in a header from then on', async () => {
    const { url, requests } = await serve({ checks: application(), tokens: 'T0+/=x' }, often)
    const { page, problems } = await open(`${url}?watchman-token=T0%2B/%3Dx&check=databases&skip=email#c0`)
    expect(page.url()).toBe(`${url}?check=databases&skip=email#c0`)
    expect(await page.evaluate(() => history.length)).toBeLessThan(3)
    await expect.poll(() => requests.length, { timeout: TIMEOUT }).toBeGreaterThan(2)
    for (const { url: asked, headers } of requests.slice(1)) {
      expect(asked).toBe(`${url}?check=databases&skip=email`)
      expect(headers.get('authorization')).toBe('Bearer T0+/=x')
      expect(headers.get('referer')).toBe(null)
    }
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    expect(await page.locator('h2').allTextContents()).toEqual(['databases'])
    expect(await page.locator('footer a').getAttribute('href')).toBe('./?check=databases&skip=email')
    expect(await page.content()).not.toContain('T0+/=x')
    expect(problems).toEqual([])
  })

  test('a browser signs in with the token as the password, and stays signed in for updates, F5 and links', async () => {
    const { url, requests } = await serve({ checks: application(), tokens: TOKEN }, often)
    const { page, problems } = await open(url, { httpCredentials: { username: 'me', password: TOKEN } })
    await page.locator('#verdict').waitFor()
    expect(page.url()).toBe(url)
    const signedIn = `Basic ${btoa(`me:${TOKEN}`)}`
    expect(requests.slice(0, 2).map(({ headers }) => headers.get('authorization'))).toEqual([null, signedIn])
    await expect.poll(() => requests.length, { timeout: TIMEOUT }).toBeGreaterThan(3)
    expect(requests.slice(1).every(({ headers }) => headers.get('authorization') === signedIn)).toBe(true)
    expect((await page.reload())?.status()).toBe(200)
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    expect(await page.content()).not.toContain(TOKEN)
    expect(await page.content()).not.toContain(btoa(`me:${TOKEN}`))
    expect(problems).toEqual([])
    await page.locator('footer a').click()
    await page.waitForURL(/\/$/)
    expect(await page.locator('body').textContent()).toContain('"databases"')
  })

  test('after the token has left the address bar, F5 asks for it as a password', async () => {
    const { url, requests } = await serve({ checks: application(), tokens: TOKEN })
    const { page } = await open(`${url}?watchman-token=${encodeURIComponent(TOKEN)}`, {
      httpCredentials: { username: '', password: TOKEN },
    })
    expect(page.url()).toBe(url)
    expect(requests[0]?.headers.get('authorization')).toBeNull()
    expect((await page.reload())?.status()).toBe(200)
    expect(requests.at(-1)?.headers.get('authorization')).toBe(`Basic ${btoa(`:${TOKEN}`)}`)
    expect(await page.locator('h1').textContent()).toBe('All systems go')
  })

  test('a token that a header cannot carry is removed from the address bar too, and still works', async () => {
    const { url, requests } = await serve(
      { checks: application(), tokens: 'ключ "1"', tokenName: 'key' },
      often,
    )
    const { page } = await open(`${url}?key=${encodeURIComponent('ключ "1"')}`)
    expect(page.url()).toBe(url)
    await expect.poll(() => requests.length, { timeout: TIMEOUT }).toBeGreaterThan(2)
    expect(await page.locator('h1').textContent()).toBe('All systems go')
  })

  test('finds one of 200 targets by words, also after an update', async () => {
    const { url } = await serve({ checks: many(200) }, often)
    const { page } = await open(url)
    const shown = () => page.locator('.row:visible .name').allTextContents()
    expect(await shown()).toHaveLength(200)
    await page.keyboard.press('/')
    await page.keyboard.type('SHARD-15 asia')
    const found = ['shard-152', 'shard-155', 'shard-158']
    expect(await shown()).toEqual(found)
    expect(await page.locator('#shown').textContent()).toBe('3 of 200 shown')
    expect(await page.locator('section:visible').count()).toBe(1)
    const time = page.locator('footer time')
    const before = await time.getAttribute('datetime')
    await expect.poll(() => time.getAttribute('datetime'), { timeout: TIMEOUT }).not.toBe(before)
    expect(await shown()).toEqual(found)
    await page.locator('#filter').fill('failing')
    expect(await shown()).toEqual(['shard-057', 'shard-007', 'shard-157', 'shard-107'])
    await page.locator('#filter').fill('')
    expect(await shown()).toHaveLength(200)
    expect(await page.locator('#shown').textContent()).toBe('')
  })

  test('leads by keyboard from the verdict to a problem and its stack trace', async () => {
    const { url } = await serve({ checks: changing().checks, stacktraces: true })
    const { page } = await open(url)
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('databases orders')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe('#c0t1')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Stack trace')
    await page.keyboard.press('Enter')
    expect(await page.locator('pre').isVisible()).toBe(true)
  })

  test('without JavaScript it shows the same and reloads itself', async () => {
    const { state, checks } = changing()
    const { url } = await serve({ checks, stacktraces: true }, often)
    const { page, problems } = await open(url, { javaScriptEnabled: false })
    await screenshot(page, 'without JavaScript')
    expect(await page.locator('h1').textContent()).toBe('1 failing')
    expect(await page.locator('.filter').isVisible()).toBe(false)
    expect(await page.locator('.still').textContent()).toBe(' · reloads every 30 s')
    expect(await page.locator('.still').isVisible()).toBe(true)
    await page.locator('summary').click()
    expect(await page.locator('pre').isVisible()).toBe(true)
    // Not to wait for 30 seconds.
    await page.route(url, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replace('content="30"', 'content="1"') })
    })
    state.orders = up()
    await page.reload()
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    state.orders = down('gone again')
    await page.locator('#band.failing').waitFor()
    expect(problems).toEqual([])
  })

  test('changes nothing but times while the results stay the same', async () => {
    const checks = [defineProbeCheck('email', up(), { ttl: 3_600_000 })]
    const { url, requests } = await serve({ checks }, often)
    const { page } = await open(url)
    await page.locator('#filter').fill('email')
    await page.evaluate(() => {
      const changes = new Set<string>()
      const note = (records: readonly MutationRecord[]) => {
        for (const { target } of records)
          changes.add(target.parentElement?.className || `${target.parentElement?.nodeName}`)
        document.documentElement.setAttribute('data-changes', [...changes].join(' '))
      }
      new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true })
    })
    await expect.poll(() => requests.length, { timeout: TIMEOUT }).toBeGreaterThan(3)
    const changes = (await page.locator('html').getAttribute('data-changes')) ?? ''
    expect(changes).toMatch(/\bTIME\b/)
    expect(changes.split(' ').filter((name) => !/^(ran|since|TIME)$/.test(name))).toEqual([])
  })
})
