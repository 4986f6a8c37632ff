import { gzipSync } from 'node:zlib'
import { createWatchman, defineCheck, defineProbeCheck, type WatchmanOptions } from '@watchman/core'
import { expect, test, vi } from 'vitest'
import { makeAssets } from '../browser/make-assets.ts'
import * as assets from '../src/assets.ts'
import { type DashboardOptions, dashboard } from '../src/index.ts'
import { application, down, impaired, many, up } from './scenarios.ts'

/** Requests the page as a browser does. */
async function load(options: WatchmanOptions, path = '/dashboard', init?: RequestInit) {
  const watchman = createWatchman({ plugins: [dashboard()], ...options })
  const response = await watchman.fetch(new Request(`http://status.test${path}`, init))
  return { response, text: await response.text() }
}

const failing = [defineProbeCheck('email', down('connect ECONNREFUSED 127.0.0.1:25'))]

test('answers 200 while a check fails, with a page that loads nothing from elsewhere', async () => {
  const { response, text } = await load({ checks: failing })
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

test('requires the token, and answers HEAD without a body', async () => {
  const options = { checks: failing, tokens: 'T' }
  expect((await load(options)).response.status).toBe(403)
  const browser = { headers: { Accept: 'text/html' } }
  expect((await load(options, '/dashboard', browser)).response.status).toBe(401)
  const { response, text } = await load(options, '/dashboard?watchman-token=T', { method: 'HEAD' })
  expect([response.status, text]).toEqual([200, ''])
})

test.each([
  ['/dashboard', './'],
  ['/dashboard/', '../'],
  ['/dashboard?watchman-token=T', './'],
  ['/dashboard/?check=email&watchman-token=T&skip=a%26b', '../?check=email&amp;skip=a%26b'],
])('the link to the JSON from %s is %s', async (path, href) => {
  const { text } = await load({ checks: failing }, path)
  expect(text).toContain(`<a href="${href}" rel="noreferrer">JSON</a>`)
  expect(text).not.toContain('=T')
})

test('a token parameter with another name is kept out of links too', async () => {
  const { text } = await load({ checks: failing, tokens: 'T', tokenName: 'key' }, '/dashboard?key=T')
  expect(text).toContain('<a href="./" rel="noreferrer">JSON</a>')
})

test.each([
  ['/dashboard?watchman-token=T', {}, 'watchman-token'],
  ['/dashboard?check=email&a%20key=T&a%20key=U', { tokenName: 'a key' }, 'a key'],
  ['/dashboard?check=email&skip=x', {}, ''],
  ['/dashboard', {}, ''],
])('the script learns the name of the token parameter from %s', async (path, options, name) => {
  const headers = { Authorization: 'Bearer T' }
  const { text } = await load({ checks: failing, tokens: 'T', ...options }, path, { headers })
  expect(text).toContain(` data-token="${name}"`)
})

test('?check= and ?skip= select what it shows', async () => {
  const names = async (query: string) => {
    const { text } = await load({ checks: application() }, `/dashboard${query}`)
    return [...text.matchAll(/<h2[^>]*><bdi>(\w+)/g)].map(([, name]) => name)
  }
  expect(await names('?check=email&check=queue')).toEqual(['email', 'queue'])
  expect(await names('?skip=email&skip=queue')).toEqual(['databases', 'caches', 'storage'])
  expect(await names('?check=unknown')).toEqual([])
  const { text } = await load({ checks: application() }, '/dashboard?check=databases.orders')
  expect([...text.matchAll(/<li id="(\w+)"/g)].map(([, id]) => id)).toEqual(['c0t0'])
  expect(text).toContain('<p id="tally">1 target in 1 check</p>')
})

test('puts problems first: checks, and targets within them', async () => {
  const checks = [
    defineProbeCheck('a', { one: up(), two: { probe: down('x'), critical: false }, three: down('x') }),
    defineProbeCheck('b', up()),
    defineProbeCheck('c', { four: impaired('x') }),
    defineProbeCheck('d', down('x')),
  ]
  const { text } = await load({ checks })
  const names = [...text.slice(text.indexOf('<main>')).matchAll(/class="name">(?:<h2[^>]*>)?<bdi>(\w+)/g)]
  expect(names.map(([, name]) => name)).toEqual(['three', 'two', 'one', 'd', 'four', 'b'])
  expect(text).toContain('<p id="tally">2 degraded · 2 ok · 6 targets in 4 checks</p>')
})

test('names the first eight problems beside the verdict', async () => {
  const probes = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`t${index}`, down('x')]))
  const { text } = await load({ checks: [defineProbeCheck('many', probes)] })
  expect(text).toContain('<a href="#c0t7">')
  expect(text).not.toContain('<a href="#c0t8">')
  expect(text).toContain('<li>and 2 more</li>')
})

test('shows that a target timed out, and only where it did', async () => {
  const hanging = () => new Promise<never>(() => {})
  const late = defineProbeCheck('late', hanging, { timeout: 10 })
  const similar = defineProbeCheck('late', down('the query timed out after 10 ms'))
  expect((await load({ checks: [late] })).text).toContain('</svg>timed out</span>')
  expect((await load({ checks: [late], details: 'none' })).text).toContain('</svg>timed out</span>')
  expect((await load({ checks: [similar] })).text).not.toContain('</svg>timed out</span>')
})

test('shows stack traces only with the option `stacktraces`', async () => {
  expect((await load({ checks: failing })).text).not.toContain('<details')
  expect((await load({ checks: failing, stacktraces: true })).text).toMatch(
    /<details id="c0t0s0"><summary>.*<pre.*down/s,
  )
})

test('says that no reason is given with `details: none`', async () => {
  const { text } = await load({ checks: failing, details: 'none' })
  expect(text).toContain('<bdi>No reason is given.</bdi>')
  expect(text).not.toContain('ECONNREFUSED')
})

test('shows the failure of a check that returns a key of another', async () => {
  const checks = [defineProbeCheck('a', { default: up() }), { name: 'b', run: () => ({ a: 1 }) }]
  const { text } = await load({ checks })
  expect(text).toContain('<title>1 failing · Watchman</title>')
  expect(text).toContain(
    '<div class="details"><p class="cause"><bdi>returned the key &quot;a&quot; of another check',
  )
})

test('remembers runs that other requests started, each once', async () => {
  const checks = [
    defineProbeCheck('email', up(), { ttl: 0 }),
    defineProbeCheck('storage', up(), { ttl: 60_000 }),
  ]
  const watchman = createWatchman({ checks, plugins: [dashboard()] })
  const start = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    for (let round = 0; round < 40; round += 1) {
      vi.setSystemTime(start + round * 60_000)
      await watchman.report()
    }
    const text = await (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
    expect(text).toMatch(
      /<bdi>email.*aria-label="30 runs: 30 ok.*for 39 min\+.*<bdi>storage.*aria-label="1 run: 1 ok/s,
    )
  } finally {
    vi.useRealTimers()
  }
})

test('shows since when a target has been in its state, and whether that is since its first run', async () => {
  let probe = up()
  const checks = [defineProbeCheck('email', () => probe(AbortSignal.abort()), { ttl: 0 })]
  const watchman = createWatchman({ checks, plugins: [dashboard()] })
  const start = Date.UTC(2026, 10, 2, 9)
  const pageAt = async (minute: number) => {
    vi.setSystemTime(start + minute * 60_000)
    return (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
  }
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    expect(await pageAt(0)).toMatch(
      /title="since the first run in this process, 2026-11-02 09:00:00 UTC">since just now</,
    )
    expect(await pageAt(3)).toMatch(
      /title="since the first run in this process, 2026-11-02 09:00:00 UTC">for 3 min\+</,
    )
    probe = down('gone')
    expect(await pageAt(4)).toMatch(/title="since 2026-11-02 09:04:00 UTC">since just now</)
    expect(await pageAt(6)).toMatch(/title="since 2026-11-02 09:04:00 UTC">for 2 min</)
    probe = up()
    await pageAt(7)
    expect(await pageAt(9)).toMatch(/title="since 2026-11-02 09:07:00 UTC">for 2 min</)
  } finally {
    vi.useRealTimers()
  }
})

test('two dashboards have a history each', async () => {
  const text = async (watchman: ReturnType<typeof createWatchman>) =>
    (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
  const checks = [defineProbeCheck('email', up(), { ttl: 0 })]
  const first = createWatchman({ checks, plugins: [dashboard()] })
  await first.report()
  expect(await text(first)).toMatch(/aria-label="[12] runs?: /)
  expect(await text(createWatchman({ checks, plugins: [dashboard()] }))).toContain('aria-label="1 run: 1 ok')
})

test('the page of an application, and that of 200 targets, weigh less than 20 kB', async () => {
  for (const checks of [application({ orders: down('connect ECONNREFUSED') }), many(200)]) {
    const watchman = createWatchman({ checks, plugins: [dashboard()], stacktraces: true })
    for (let round = 0; round < 30; round += 1) await watchman.report()
    const response = await watchman.fetch(new Request('http://status.test/dashboard'))
    expect(gzipSync(await response.text()).length).toBeLessThan(20_000)
  }
})

test('the script and the style are generated from the folder browser: run `npm run assets`', async () => {
  expect(assets).toEqual(await import(`data:text/javascript,${encodeURIComponent(await makeAssets())}`))
})

const wrong: readonly (readonly [options: unknown, message: string])[] = [
  [null, 'options of dashboard must be an object, not null'],
  [[], 'options of dashboard must be an object, not an empty array'],
  ['Shop', 'options of dashboard must be an object, not a string'],
  [{ title: ' ' }, 'option title of dashboard must be a non-empty string, not a string'],
  [{ refresh: 999 }, 'option refresh of dashboard must be a number from 1000 to 86400000, not 999'],
  [{ refresh: '5000' }, 'option refresh of dashboard must be a number from 1000 to 86400000, not a string'],
  [{ refresh: Number.NaN }, 'option refresh of dashboard must be a number from 1000 to 86400000, not NaN'],
  [{ history: 0 }, 'option history of dashboard must be a whole number from 1 to 100, not 0'],
  [{ history: 101 }, 'option history of dashboard must be a whole number from 1 to 100, not 101'],
  [{ history: 1.5 }, 'option history of dashboard must be a whole number from 1 to 100, not 1.5'],
  [{ titel: 'Shop' }, 'dashboard has no option "titel": its options are title, refresh, history'],
]

test.each(wrong)('refuses %j', (options, message) => {
  const make: (options: never) => unknown = dashboard
  expect(() => Reflect.apply(make, undefined, [options])).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: `[watchman] ${message}` }),
  )
})

test('accepts every documented option', async () => {
  const options: Required<DashboardOptions> = { title: 'Shop', refresh: 60_000, history: 2 }
  const watchman = createWatchman({ checks: failing, plugins: [dashboard(options)] })
  const text = await (await watchman.fetch(new Request('http://status.test/dashboard'))).text()
  expect(text).toContain('<title>1 failing · Shop</title>')
  expect(text).toContain('data-refresh="60000"')
  expect(text).toContain('<meta http-equiv="refresh" content="60">')
  expect(text).toContain('viewBox="0 0 8 20"')
  expect(() => dashboard({ title: undefined, refresh: undefined, history: undefined })).not.toThrow()
})

test('shows why readiness is held, and answers 200', async () => {
  const watchman = createWatchman({ checks: [defineProbeCheck('email', up())], plugins: [dashboard()] })
  const release = watchman.holdReadiness('<draining>')
  const ask = async () => {
    const response = await watchman.fetch(new Request('http://status.test/dashboard'))
    return { status: response.status, text: await response.text() }
  }
  const held = await ask()
  expect(held.status).toBe(200)
  expect(held.text).toContain('<p id="held">Readiness held: <bdi>&lt;draining&gt;</bdi></p>')
  expect(held.text).toContain('<title>All systems go · Watchman</title>')
  release()
  expect((await ask()).text).not.toContain('Readiness held')
})

test('answers after close, with a page that says so', async () => {
  const watchman = createWatchman({ checks: failing, plugins: [dashboard()] })
  await watchman.report()
  await watchman.close()
  const response = await watchman.fetch(new Request('http://status.test/dashboard'))
  const text = await response.text()
  expect(response.status).toBe(200)
  expect(text).toContain('<title>Closed · Watchman</title>')
  expect(text).toContain('<header id="band" class="none">')
  expect(text).toContain('<p id="tally">Checks no longer run.</p>')
  expect(text).not.toContain('class="row')
})

test('says why there is nothing to show', async () => {
  const { text } = await load({ checks: failing }, '/dashboard?skip=email')
  expect(text).toContain('<title>No checks found · Watchman</title>')
  expect(text).toContain('<p id="tally">No checks are configured, or the query selects none.</p>')
})

test('the tally counts every state that the verdict leaves out', async () => {
  const tally = async (checks: WatchmanOptions['checks']) => {
    const { text } = await load({ checks, deadline: 50 })
    return [/<h1>.*?<\/h1>/, /<p id="tally">.*?<\/p>/].map((part) =>
      part.exec(text)?.[0].replace(/<.*?>/g, ''),
    )
  }
  const stuck = () => new Promise<never>(() => {})
  const targets = { a: up(), b: impaired('x'), c: stuck }
  expect(await tally([defineProbeCheck('queues', targets, { timeout: 200 })])).toEqual([
    '1 pending',
    '1 degraded · 1 ok · 3 targets in 1 check',
  ])
  const optional = { a: up(), c: { probe: stuck, critical: false } }
  expect(await tally([defineProbeCheck('queues', optional, { timeout: 200 })])).toEqual([
    'All systems go',
    '1 pending · 1 ok · 2 targets in 1 check',
  ])
})

test('shows what a check function returned, under the names of its members', async () => {
  const checks = [
    defineCheck('queue', () => ({ queue: { ok: true, waiting: 12 }, other: { ok: false, error: 'x' } })),
  ]
  const { text } = await load({ checks })
  expect(text).toContain('<dt><bdi>queue.waiting</bdi></dt><dd><bdi>12</bdi></dd>')
  expect(text).toContain('<p class="cause"><b><bdi>other</bdi></b> <bdi>x</bdi></p>')
  expect(text.match(/class="cause"/g)).toHaveLength(1)
})
