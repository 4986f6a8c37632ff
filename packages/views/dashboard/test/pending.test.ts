import { type CheckPolicy, createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { dashboard } from '../src/index.ts'
import { browsing, hindrances, picture, reason } from './browse.ts'
import { down, up } from './scenarios.ts'
import { serve } from './serve.ts'

const { open } = browsing()
const skipped = reason ? ` (${reason})` : ''
const stuck: Probe = () => new Promise(() => {})
const patient: CheckPolicy = { ttl: 0, timeout: 60_000 }

/** A dashboard, and what its page says of each target. */
function pageOf(checks: Parameters<typeof createWatchman>[0] & object) {
  const watchman = createWatchman({ views: [dashboard()], ...checks })
  onTestFinished(() => watchman.close())
  const load = async (query = '') => {
    const text = await (await watchman.fetch(new Request(`http://status.test/dashboard${query}`))).text()
    const rows = text.matchAll(/<li id[^>]*>.*?<\/svg>([^<]*)<.*?class="name">(?:<h2[^>]*>)?<bdi>(\w+)/gs)
    return { text, states: Object.fromEntries([...rows].map(([, state, name]) => [name, state])) }
  }
  return { watchman, load }
}

test('a check that hangs does not hold the page up: the others are told, and it is not yet run', async () => {
  const checks = [defineProbeCheck('databases', { a: stuck, b: up(), c: down('gone') }, patient)]
  const { text, states } = await pageOf({ checks }).load()
  expect(states).toEqual({ c: 'failing', a: 'not yet run', b: 'ok' })
  expect(text).toContain('<title>1 failing · Watchman</title>')
  expect(text).toContain('<p id="tally">1 pending · 1 ok · 3 targets in 1 check</p>')
})

test('a page that waits for an answer looks again soon', async () => {
  const { text } = await pageOf({ checks: [defineProbeCheck('email', stuck, patient)] }).load()
  expect(text).toContain('<title>1 pending · Watchman</title>')
  expect(text).toContain('data-refresh="1000"')
  expect(text).toContain('<meta http-equiv="refresh" content="2">')
  expect(text).toContain('aria-label="no runs"')
  expect(text).not.toContain('1970')
})

test('what has answered once keeps its state and cause while it is asked again', async () => {
  const probes = [down('connect ECONNREFUSED'), stuck]
  const { watchman, load } = pageOf({
    checks: [defineProbeCheck('email', (signal) => probes.shift()?.(signal), patient)],
  })
  await watchman.run()
  const { text, states } = await load()
  expect(states).toEqual({ email: 'failing' })
  expect(text).toContain('connect ECONNREFUSED')
  expect(text).toContain('aria-label="1 run: 1 failing')
})

test('a function is waiting until it has answered this request, and another hangs beside it', async () => {
  const answers = [() => ({ queue: { ok: true } }), stuck]
  const { watchman, load } = pageOf({
    checks: [defineCheck('queue', (_, { signal }) => Object(answers.shift()?.(signal)), { timeout: 60_000 })],
  })
  await watchman.run()
  expect((await load()).states).toEqual({ queue: 'waiting' })
})

test('a late answer is remembered once it is there', async () => {
  const ends: (() => void)[] = []
  const late: Probe = () => new Promise<void>((resolve) => ends.push(resolve))
  const { load } = pageOf({ checks: [defineProbeCheck('email', late, { ...patient, ttl: 60_000 })] })
  expect((await load()).states).toEqual({ email: 'not yet run' })
  for (const end of ends) end()
  await vi.waitFor(async () => expect((await load()).text).toContain('aria-label="1 run: 1 ok'))
})

test.skipIf(reason)(
  `what is not yet run is told in grey, and fills in when it answers${skipped}`,
  async () => {
    const ends: (() => void)[] = []
    const late: Probe = () => new Promise<void>((resolve) => ends.push(resolve))
    const checks = [
      defineProbeCheck('databases', { orders: up(3), analytics: late }, { timeout: 60_000 }),
      defineProbeCheck('email', up(), {}),
    ]
    const { url } = await serve({ checks })
    const { page, complaints } = await open(url)
    expect(await page.locator('h1').textContent()).toBe('1 pending')
    expect(await page.locator('h1 use').getAttribute('href')).toBe('#pending')
    expect(await page.locator('#which').textContent()).toContain('databases analytics')
    for (const [look, colorScheme, width] of [
      ['light', 'light', 1280],
      ['dark', 'dark', 1280],
      ['320 px', 'light', 320],
    ] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await picture(page, `not yet run ${look}`)
      expect(await hindrances(page)).toEqual([])
    }
    for (const end of ends) end()
    await page.locator('#band.ok').waitFor()
    expect(await page.locator('h1').textContent()).toBe('All systems go')
    expect(complaints).toEqual([])
  },
)
