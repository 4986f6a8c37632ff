import { gzipSync } from 'node:zlib'
import { createWatchman, defineProbeCheck, type WatchmanOptions } from '@watchman/core'
import { expect, test, vi } from 'vitest'
import { makeAssets } from '../browser/make-assets.ts'
import * as assets from '../src/assets.ts'
import { type DashboardOptions, dashboard } from '../src/index.ts'
import { application, down, many, up } from './scenarios.ts'

/** Asks for the page as a browser would. */
async function ask(options: WatchmanOptions, path = '/dashboard', init?: RequestInit) {
  const watchman = createWatchman({ views: [dashboard()], ...options })
  const response = await watchman.fetch(new Request(`http://status.test${path}`, init))
  return { response, text: await response.text() }
}

const failing = [defineProbeCheck('email', down('connect ECONNREFUSED 127.0.0.1:25'))]

test('answers 200 with a page that nothing outside can change, however the checks are', async () => {
  const { response, text } = await ask({ checks: failing })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('content-security-policy')).toBe(
    `default-src 'none'; style-src '${assets.styleHash}'; script-src '${assets.scriptHash}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  expect(text).toMatch(/^<!doctype html><html lang="en">/)
  expect(text).toContain('<title>1 failing · Watchman</title>')
  expect(text).toContain('connect ECONNREFUSED 127.0.0.1:25')
})

test('asks for the token, and answers HEAD without a body', async () => {
  const options = { checks: failing, tokens: 'T' }
  expect((await ask(options)).response.status).toBe(403)
  const { response, text } = await ask(options, '/dashboard?watchman-token=T', { method: 'HEAD' })
  expect([response.status, text]).toEqual([200, ''])
})

test.each([
  ['/dashboard', './'],
  ['/dashboard/', '../'],
  ['/dashboard?watchman-token=T', './'],
  ['/dashboard/?check=email&watchman-token=T&skip=a%26b', '../?check=email&amp;skip=a%26b'],
])('the link to the JSON from %s is %s', async (path, href) => {
  const { text } = await ask({ checks: failing }, path)
  expect(text).toContain(`<a href="${href}" rel="noreferrer">JSON</a>`)
  expect(text).not.toContain('=T')
})

test('the token of another name is kept out of links too', async () => {
  const { text } = await ask({ checks: failing, tokens: 'T', tokenName: 'key' }, '/dashboard?key=T')
  expect(text).toContain('<a href="./" rel="noreferrer">JSON</a>')
})

test('?check= and ?skip= choose what it shows', async () => {
  const names = async (query: string) => {
    const { text } = await ask({ checks: application() }, `/dashboard${query}`)
    return [...text.matchAll(/<h2[^>]*><bdi>(\w+)/g)].map(([, name]) => name)
  }
  expect(await names('?check=email&check=queue')).toEqual(['email', 'queue'])
  expect(await names('?skip=email&skip=queue')).toEqual(['databases', 'caches', 'storage'])
  expect(await names('?check=unknown')).toEqual([])
})

test('puts problems first: checks, and targets within them', async () => {
  const checks = [
    defineProbeCheck('a', { one: up(), two: down('x', { critical: false }), three: down('x') }),
    defineProbeCheck('b', up()),
    defineProbeCheck('c', { four: down('x', { critical: false }) }),
    defineProbeCheck('d', down('x')),
  ]
  const { text } = await ask({ checks })
  const names = [...text.slice(text.indexOf('<main>')).matchAll(/class="name">(?:<h2[^>]*>)?<bdi>(\w+)/g)]
  expect(names.map(([, name]) => name)).toEqual(['three', 'two', 'one', 'd', 'four', 'b'])
  expect(text).toContain('<p id="tally">2 degraded · 2 ok · 6 targets in 4 checks</p>')
})

test('names the first eight problems beside the verdict', async () => {
  const probes = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, down('x')]))
  const { text } = await ask({ checks: [defineProbeCheck('many', probes)] })
  expect(text).toContain('<a href="#c0t7">')
  expect(text).not.toContain('<a href="#c0t8">')
  expect(text).toContain('<li>and 2 more</li>')
})

test('says that a target timed out, and only where it did', async () => {
  const hanging = () => new Promise<never>(() => {})
  const late = defineProbeCheck('late', hanging, { timeout: 10 })
  expect((await ask({ checks: [late] })).text).toContain('</svg>timed out</span>')
  expect((await ask({ checks: failing })).text).not.toContain('</svg>timed out</span>')
})

test('shows a stack trace only where the watchman gives one', async () => {
  expect((await ask({ checks: failing })).text).not.toContain('<details')
  expect((await ask({ checks: failing, stacktraces: true })).text).toMatch(
    /<details id="c0t0s0"><summary>.*<pre.*down/s,
  )
})

test('says that there is no reason where the watchman gives none', async () => {
  const { text } = await ask({ checks: failing, details: 'none' })
  expect(text).toContain('<bdi>No reason is given.</bdi>')
  expect(text).not.toContain('ECONNREFUSED')
})

test('shows a check that fails itself, though its targets do not', async () => {
  const checks = [{ name: 'b', run: () => ({ a: 1 }) }, defineProbeCheck('a', { default: up() })]
  const { text } = await ask({ checks })
  expect(text).toContain('<title>1 failing · Watchman</title>')
  expect(text).toContain(
    '<div class="more"><p class="cause"><bdi>returned the key &quot;a&quot; of another check',
  )
})

test('remembers the runs that others ask for, each once', async () => {
  const checks = [
    defineProbeCheck('email', up(), { ttl: 0 }),
    defineProbeCheck('storage', up(), { ttl: 60_000 }),
  ]
  const watchman = createWatchman({ checks, views: [dashboard()] })
  const start = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    for (let round = 0; round < 40; round += 1) {
      vi.setSystemTime(start + round * 60_000)
      await watchman.run()
    }
    const text = await (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
    expect(text).toMatch(
      /<bdi>email.*aria-label="30 runs: 30 ok.*for over 39 min.*<bdi>storage.*aria-label="1 run: 1 ok/s,
    )
  } finally {
    vi.useRealTimers()
  }
})

test('two dashboards remember for themselves', async () => {
  const text = async (watchman: ReturnType<typeof createWatchman>) =>
    (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
  const checks = [defineProbeCheck('email', up(), { ttl: 0 })]
  const first = createWatchman({ checks, views: [dashboard()] })
  await first.run()
  expect(await text(first)).toMatch(/aria-label="[12] runs?: /)
  expect(await text(createWatchman({ checks, views: [dashboard()] }))).toContain('aria-label="1 run: 1 ok')
})

test('the page of an application, and that of 200 targets, weigh less than 20 kB', async () => {
  for (const checks of [application({ orders: down('connect ECONNREFUSED') }), many(200)]) {
    const watchman = createWatchman({ checks, views: [dashboard()], stacktraces: true })
    for (let round = 0; round < 30; round += 1) await watchman.run()
    const response = await watchman.fetch(new Request('http://status.test/dashboard'))
    expect(gzipSync(await response.text()).length).toBeLessThan(20_000)
  }
})

test('the script and the style are those of the folder browser: `npm run assets` makes them', async () => {
  expect(assets).toEqual(await import(`data:text/javascript,${encodeURIComponent(await makeAssets())}`))
})

const wrong: readonly (readonly [options: unknown, message: string])[] = [
  [null, 'options of dashboard must be an object'],
  [[], 'options of dashboard must be an object'],
  ['Shop', 'options of dashboard must be an object'],
  [{ title: ' ' }, 'option title of dashboard must be a text'],
  [{ refresh: 999 }, 'option refresh of dashboard must be from 1000 to 86400000'],
  [{ refresh: '5000' }, 'option refresh of dashboard must be from 1000 to 86400000'],
  [{ refresh: Number.NaN }, 'option refresh of dashboard must be from 1000 to 86400000'],
  [{ history: 0 }, 'option history of dashboard must be a whole number from 1 to 100'],
  [{ history: 1.5 }, 'option history of dashboard must be a whole number from 1 to 100'],
  [{ titel: 'Shop' }, 'option titel of dashboard must be one of title,refresh,history'],
]

test.each(wrong)('refuses %j', (options, message) => {
  const make: (options: never) => unknown = dashboard
  expect(() => Reflect.apply(make, undefined, [options])).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: `[watchman] ${message}` }),
  )
})

test('takes every option that it documents', async () => {
  const options: Required<DashboardOptions> = { title: 'Shop', refresh: 60_000, history: 2 }
  const watchman = createWatchman({ checks: failing, views: [dashboard(options)] })
  const text = await (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
  expect(text).toContain('<title>1 failing · Shop</title>')
  expect(text).toContain('data-refresh="60000"')
  expect(text).toContain('<meta http-equiv="refresh" content="60">')
  expect(text).toContain('viewBox="0 0 8 20"')
  expect(() => dashboard({ title: undefined, refresh: undefined, history: undefined })).not.toThrow()
})
