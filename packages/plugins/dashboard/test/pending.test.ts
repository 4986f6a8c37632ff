import {
  type Awaitable,
  createWatchman,
  type Dict,
  defineCheck,
  defineProbeCheck,
  type Policy,
  type Probe,
  type WatchmanOptions,
} from '@watchman/core'
import { expect, onTestFinished, test } from 'vitest'
import { dashboard } from '../src/index.ts'
import { reason, screenshot, startBrowser, violationsIn } from './browse.ts'
import { down, up } from './scenarios.ts'
import { serve } from './serve.ts'

const { open } = startBrowser()
const skipped = reason ? ` (${reason})` : ''
const stuck: Probe = () => new Promise<never>(() => {})
const patient: Policy = { ttl: 0, timeout: 60_000 }

/** A watchman, and a function that loads its page and reads the state of each target. */
function pageOf(options: WatchmanOptions) {
  const watchman = createWatchman({ plugins: [dashboard()], ...options })
  onTestFinished(() => watchman.close())
  const load = async () => {
    const text = await (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
    const rows = text.matchAll(/<li id[^>]*>.*?<\/svg>([^<]*)<.*?class="name">(?:<h2[^>]*>)?<bdi>(\w+)/gs)
    return { text, states: Object.fromEntries([...rows].map(([, state, name]) => [name, state])) }
  }
  return { watchman, load }
}

test('does not wait for a check that hangs: the others are shown, and that one is not yet run', async () => {
  const checks = [defineProbeCheck('databases', { a: stuck, b: up(), c: down('gone') }, patient)]
  const { text, states } = await pageOf({ checks }).load()
  expect(states).toEqual({ c: 'failing', a: 'not yet run', b: 'ok' })
  expect(text).toContain('<title>1 failing · Watchman</title>')
  expect(text).toContain('<p id="tally">1 pending · 1 ok · 3 targets in 1 check</p>')
})

test('a page with a pending target updates soon', async () => {
  const { text } = await pageOf({ checks: [defineProbeCheck('email', stuck, patient)] }).load()
  expect(text).toContain('<title>1 pending · Watchman</title>')
  expect(text).toContain('data-refresh="1000"')
  expect(text).toContain('<meta http-equiv="refresh" content="2">')
  expect(text).toContain('aria-label="no runs"')
  expect(text).not.toContain('1970')
})

test('a target with a result keeps its state and cause while it runs again', async () => {
  const probes = [down('connect ECONNREFUSED'), stuck]
  const { watchman, load } = pageOf({
    checks: [defineProbeCheck('email', (signal) => probes.shift()?.(signal), patient)],
  })
  await watchman.report()
  const { text, states } = await load()
  expect(states).toEqual({ email: 'failing' })
  expect(text).toContain('connect ECONNREFUSED')
  expect(text).toContain('aria-label="1 run: 1 failing')
})

test('a function that hangs keeps its state, without what it returned to another request', async () => {
  const answers: Awaitable<Dict>[] = [{ queue: { ok: true, backlog: 12 } }, new Promise<never>(() => {})]
  const { watchman, load } = pageOf({
    checks: [defineCheck('queue', () => answers.shift() ?? {}, { timeout: 60_000 })],
  })
  await watchman.report()
  const { text, states } = await load()
  expect(states).toEqual({ queue: 'ok' })
  expect(text).not.toContain('backlog')
})

test('a target whose result is too old is waiting, with the time of its latest run', async () => {
  const probes = [up(), stuck]
  const { watchman, load } = pageOf({
    checks: [defineProbeCheck('email', (signal) => probes.shift()?.(signal), { ttl: 0, timeout: 200 })],
    deadline: 20,
  })
  await watchman.report()
  await new Promise((resolve) => setTimeout(resolve, 700)) // more than three timeouts
  const { text, states } = await load()
  expect(states).toEqual({ email: 'waiting' })
  expect(text).toContain('aria-label="1 run: 1 ok')
  expect(text).toMatch(/<time class="ran" [^>]*>ran (just now|1 s ago)</)
  expect(text).not.toContain('class="since"')
  expect(text).not.toContain('1970')
})

test('adds a late result to the history', async () => {
  const ends: (() => void)[] = []
  const late: Probe = () => new Promise<void>((resolve) => ends.push(resolve))
  const { load } = pageOf({ checks: [defineProbeCheck('email', late, { ...patient, ttl: 60_000 })] })
  expect((await load()).states).toEqual({ email: 'not yet run' })
  for (const end of ends) end()
  await expect.poll(async () => (await load()).text).toContain('aria-label="1 run: 1 ok')
})

test.skipIf(reason)(`a target that has not run is grey, and updates when it answers${skipped}`, async () => {
  const ends: (() => void)[] = []
  const late: Probe = () => new Promise<void>((resolve) => ends.push(resolve))
  const checks = [
    defineProbeCheck('databases', { orders: up(3), analytics: late }, { timeout: 60_000 }),
    defineProbeCheck('email', up(), {}),
  ]
  const { url } = await serve({ checks })
  const { page, problems } = await open(url)
  expect(await page.locator('h1').textContent()).toBe('1 pending')
  expect(await page.locator('h1 use').getAttribute('href')).toBe('#pending')
  expect(await page.locator('#problems').textContent()).toContain('databases analytics')
  for (const [look, colorScheme, width] of [
    ['light', 'light', 1280],
    ['dark', 'dark', 1280],
    ['320 px', 'light', 320],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await screenshot(page, `not yet run ${look}`)
    expect(await violationsIn(page)).toEqual([])
  }
  for (const end of ends) end()
  await page.locator('#band.ok').waitFor()
  expect(await page.locator('h1').textContent()).toBe('All systems go')
  expect(problems).toEqual([])
})
