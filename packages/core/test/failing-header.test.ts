import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'
import { degraded } from '@watchman/core/driver'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { adapterRequest } from './adapter-request.ts'
import { viewPlugin } from './plugins.ts'
import { failing, hanging, healthy, switchable } from './probes.ts'

const plugins = [
  viewPlugin('closed', async ({ selected }) => new Response((await selected.report()).state)),
  viewPlugin('latest', ({ selected }) => new Response(selected.snapshot().state)),
  viewPlugin('other', () => new Response('other')),
  viewPlugin('open', async ({ selected }) => new Response((await selected.report()).state), { open: true }),
  viewPlugin('own', async ({ selected }) => {
    const { state } = await selected.report()
    return new Response(state, { headers: { 'X-Watchman-Failing': 'own' } })
  }),
]
const checks = [
  defineProbeCheck('databases', { default: healthy, orders: failing }),
  defineProbeCheck('caches', { sessions: failing }),
  defineProbeCheck('email', failing),
  defineCheck('queue', () => ({ queue: { ok: false } })),
  defineProbeCheck('search', failing, { critical: false }),
  defineProbeCheck('storage', () => Promise.reject(degraded('busy'))),
]
const watchman = createWatchman({ checks, plugins })

type Endpoint = Parameters<typeof ask>[0]

async function failingOf(endpoint: Endpoint, path = '/', init?: RequestInit): Promise<string | null> {
  return (await ask(endpoint, path, init)).headers.get('x-watchman-failing')
}

describe('X-Watchman-Failing', () => {
  test('lists the targets that are failing, and neither those that are degraded nor those that are ok', async () => {
    expect(await failingOf(watchman)).toBe('databases.orders,caches.sessions,email,queue')
    expect(await failingOf(watchman, '/', { method: 'HEAD' })).toBe(
      'databases.orders,caches.sessions,email,queue',
    )
  })

  test('lists those that the query selects', async () => {
    expect(await failingOf(watchman, '/?check=email')).toBe('email')
    expect(await failingOf(watchman, '/?skip=databases&skip=caches')).toBe('email,queue')
    expect(await failingOf(watchman, '/?check=databases.default')).toBeNull()
    expect(await failingOf(watchman, '/?check=unknown')).toBeNull()
  })

  test('is absent where nothing is failing', async () => {
    const minor = defineProbeCheck('search', failing, { critical: false })
    const pending = defineProbeCheck('late', hanging().probe)
    expect(await failingOf(createWatchman({ checks: [minor] }))).toBeNull()
    expect(await failingOf(createWatchman({ checks: [pending], deadline: 10 }))).toBeNull()
    expect(await failingOf(createWatchman())).toBeNull()
    const closed = createWatchman({ checks })
    await closed.close()
    expect(await failingOf(closed)).toBeNull()
  })

  test('is sent by protected views, and neither by open ones nor where the token is missing', async () => {
    const path = '?watchman-token=T'
    const locked = createWatchman({ checks, plugins, tokens: 'T' })
    expect(await failingOf(locked, `/${path}`)).toBe('databases.orders,caches.sessions,email,queue')
    expect(await failingOf(locked, `/closed${path}`)).toBe('databases.orders,caches.sessions,email,queue')
    for (const open of ['/bare', '/ping', '/open', '/nowhere']) {
      expect(await failingOf(locked, `${open}${path}`)).toBeNull()
    }
    expect(await failingOf(locked)).toBeNull()
    expect(await failingOf(locked, '/closed')).toBeNull()
  })

  test('of the view of a plugin is that of the report that it has asked for', async () => {
    const { probe, state } = switchable()
    const own = createWatchman({
      checks: [defineProbeCheck('email', probe, { ttl: 0, failureTtl: 0 })],
      plugins,
    })
    state.down = true
    expect(await failingOf(own, '/latest')).toBeNull()
    expect(state.runs).toBe(0)
    expect(await failingOf(own, '/closed')).toBe('email')
    expect(await failingOf(own, '/latest')).toBe('email')
    expect(await failingOf(own, '/latest?skip=email')).toBeNull()
    expect(await failingOf(own, '/other')).toBeNull()
    expect(state.runs).toBe(1)
  })

  test('that a plugin sets itself stays', async () => {
    expect(await failingOf(watchman, '/own')).toBe('own')
  })

  test('is sent while readiness is held too, and whatever failingStatus is', async () => {
    const held = createWatchman({ checks: [defineProbeCheck('email', failing)], failingStatus: 200 })
    expect(await failingOf(held)).toBe('email')
    held.holdReadiness('draining')
    expect(await failingOf(held)).toBe('email')
  })

  test('is percent-encoded, so that any name is a legal header', async () => {
    const names = ['größe', 'a,b', 'line\r\nbreak', '🙂', '\ud800', 'x'.repeat(100)]
    const odd = createWatchman({ checks: names.map((name) => defineProbeCheck(name, failing)) })
    const sent = `${await failingOf(odd)}`
    expect(sent).toMatch(/^[\w.%,-]+$/)
    expect(sent.split(',').map(decodeURIComponent)).toEqual(
      names.map((name) => name.replace('\ud800', '\ufffd')),
    )
  })

  test('has 25 names at most, and an encoded ellipsis in place of the others', async () => {
    const many = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `t${index}`.padEnd(3, '-'))
      const own = createWatchman({ checks: names.map((name) => defineProbeCheck(name, failing)) })
      return { own, names }
    }
    const exact = many(25)
    expect(await failingOf(exact.own)).toBe(exact.names.join(','))
    const more = many(26)
    const sent = await failingOf(more.own)
    expect(sent).toBe([...more.names.slice(0, 25), '%E2%80%A6'].join(','))
    expect(sent?.split(',').map(decodeURIComponent).at(-1)).toBe('…')
  })

  test('stays shorter than proxies accept, with whole names only', async () => {
    const names = ['a', 'ü'.repeat(100_000), 'b', 'c'.repeat(1500), 'd'.repeat(1500), 'e']
    const long = createWatchman({ checks: names.map((name) => defineProbeCheck(name, failing)) })
    const sent = await failingOf(long)
    expect(sent).toBe(['a', 'b', 'c'.repeat(1500), 'e', '%E2%80%A6'].join(','))
  })
})

describe('the headers that list names', () => {
  // It takes milliseconds; without a limit, seconds.
  test('take a short time, however long the names in the query are', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(1_000_000))
    const handle = handleOf(watchman, 'test')
    const start = process.cpuUsage()
    const { headers } = await handle(adapterRequest(`/?check=email&check=${names.join('&check=')}`))
    expect(new Headers(headers).get('x-watchman-unknown')).toBe('')
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000)
  })
})
