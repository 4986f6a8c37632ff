import { createWatchman, defineCheck, defineProbeCheck, type Report } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { pluginOf, viewPlugin } from './plugins.ts'
import { failing, hanging, healthy, scripted } from './probes.ts'
import { recordLog } from './record-log.ts'

afterEach(() => {
  vi.useRealTimers()
})

const statesOf = ({ results }: Report) => results.map(({ id, state }) => `${id} ${state}`)
const noResult = { ok: false, error: 'no result yet' }

describe('a snapshot', () => {
  test('shows as pending what has not run yet, and runs nothing', async () => {
    const { probe, runs } = hanging()
    const checks = [
      defineProbeCheck('databases', { a: probe, b: probe }),
      defineCheck('x', () => expect.unreachable('the function is called'), { ttl: 1 }),
      defineCheck('own', () => expect.unreachable('the function is called')),
    ]
    const before = Date.now()
    const watchman = createWatchman({ checks })
    const { state, held, results, body } = watchman.snapshot()
    const pending = {
      state: 'pending',
      error: 'no result yet',
      startedAt: 0,
      duration: 0,
      since: expect.any(Number),
      failures: 0,
    }
    expect([state, held]).toEqual(['pending', undefined])
    expect(results).toEqual([
      { id: 'databases.a', check: 'databases', name: 'a', ...pending },
      { id: 'databases.b', check: 'databases', name: 'b', ...pending },
      { id: 'x', check: 'x', name: '', ...pending },
      { id: 'own', check: 'own', name: '', ...pending },
    ])
    for (const { since } of results) expect(since).toBeGreaterThanOrEqual(before)
    expect(body).toEqual({ databases: [{ a: noResult }, { b: noResult }], x: noResult, own: noResult })
    expect(runs()).toBe(0)
  })

  test("has no explanation of a pending target under details: 'none'", () => {
    const watchman = createWatchman({ checks: [defineProbeCheck('email', healthy)], details: 'none' })
    expect(watchman.snapshot().body).toEqual({ email: { ok: false } })
  })

  test('shows each target as soon as it has answered, though another hangs', async () => {
    const targets = { a: hanging().probe, b: healthy, c: failing }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets, { timeout: 60_000 })] })
    void ask(watchman)
    await vi.waitFor(() => {
      const snapshot = watchman.snapshot()
      expect(statesOf(snapshot)).toEqual(['databases.a pending', 'databases.b ok', 'databases.c failing'])
      expect(snapshot.state).toBe('failing')
      expect(snapshot.body).toEqual({
        databases: [{ a: noResult }, { b: { ok: true } }, { c: { ok: false, error: 'down' } }],
      })
    })
    await watchman.close()
  })

  test('keeps showing the latest result while the target runs again', async () => {
    const { probe } = scripted(healthy, hanging().probe)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 0 })] })
    await ask(watchman)
    void ask(watchman)
    expect(watchman.snapshot()).toMatchObject({ state: 'ok', body: { email: { ok: true } } })
    await watchman.close()
  })

  test('keeps showing the latest result however old it is, where the target has no interval', async () => {
    vi.useFakeTimers()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', healthy)] })
    const { results } = await watchman.report()
    await vi.advanceTimersByTimeAsync(24 * 3600 * 1000)
    expect(watchman.snapshot().results).toEqual(results)
  })

  test('knows nothing of another watchman that has the same check', async () => {
    const checks = [defineProbeCheck('email', healthy)]
    await ask(createWatchman({ checks }))
    expect(createWatchman({ checks }).snapshot().state).toBe('pending')
  })

  test('of a selection shows these targets only', async () => {
    const checks = [
      defineProbeCheck('email', healthy),
      defineProbeCheck('caches', { a: healthy, b: healthy }),
    ]
    const watchman = createWatchman({ checks })
    await ask(watchman, '/?check=caches')
    expect(watchman.select({ skip: ['email'] }).snapshot()).toMatchObject({
      state: 'ok',
      body: { caches: [{ a: { ok: true } }, { b: { ok: true } }] },
    })
    expect(watchman.select({ check: ['caches.b'] }).snapshot().body).toEqual({
      caches: [{ b: { ok: true } }],
    })
    expect(watchman.select({ check: ['email'] }).snapshot().state).toBe('pending')
  })

  test('does not log again that a check returned a key of another', async () => {
    const { lines, messages, logger } = recordLog()
    const checks = ['a', 'b'].map((name) => defineCheck(name, () => ({ x: name }), { ttl: 60_000 }))
    const watchman = createWatchman({ checks, logger })
    await ask(watchman, '/?check=b')
    watchman.snapshot()
    expect(lines).toEqual([])
    await ask(watchman)
    expect(JSON.stringify(watchman.snapshot().body)).toContain('of another check')
    expect(messages()).toEqual(['[watchman] keys of b failed: returned the key "x" of another check'])
  })
})

describe('a snapshot of a function without a ttl', () => {
  test('shows its state, but not what it returned to one request', async () => {
    const own = defineCheck('own', (request) => ({ own: request.url }))
    const shared = defineCheck('shared', () => ({ shared: 1 }), { ttl: 0 })
    const watchman = createWatchman({ checks: [own, shared] })
    await ask(watchman, '/?secret')
    const { state, results, body } = watchman.snapshot()
    expect(state).toBe('ok')
    expect(results.map(({ details }) => details)).toEqual([undefined, { shared: 1 }])
    expect(JSON.stringify(body)).not.toContain('secret')
    expect(body).toMatchObject({ shared: 1 })
  })

  test('does not show the error that it returned to one request either', async () => {
    const own = defineCheck('own', ({ url }) => ({ own: { ok: false, error: `${url} is not allowed` } }))
    const watchman = createWatchman({ checks: [own] })
    await ask(watchman, '/?secret')
    const snapshot = watchman.snapshot()
    expect(snapshot.state).toBe('failing')
    expect(JSON.stringify(snapshot)).not.toContain('secret')
  })

  test('leaves out what it returned to the request of a view, too', async () => {
    const bodies: unknown[] = []
    const view = viewPlugin('page', async ({ selected }) => {
      const { body } = await selected.report()
      bodies.push(body, selected.snapshot().body)
      return new Response()
    })
    const own = defineCheck('own', (request) => ({ own: request.url }))
    await ask(createWatchman({ checks: [own], plugins: [view] }), '/page?one')
    expect(bodies[0]).toEqual({ own: 'http://status.test/page?one' })
    expect(JSON.stringify(bodies[1])).not.toContain('one')
  })

  test('does not appear in the report of another request whose deadline has passed', async () => {
    vi.useFakeTimers()
    const own = defineCheck('own', async ({ url }) => {
      if (url.includes('slow')) await new Promise((resolve) => setTimeout(resolve, 1000))
      return { own: url }
    })
    const watchman = createWatchman({ checks: [own], deadline: 50 })
    expect((await ask(watchman, '/?secret')).text).toContain('secret')
    const answer = ask(watchman, '/?slow')
    await vi.advanceTimersByTimeAsync(50)
    expect((await answer).text).not.toContain('secret')
    await watchman.close()
  })
})

describe('a view', () => {
  test('can show a snapshot without waiting for any target', async () => {
    const { probe, runs } = hanging()
    const view = viewPlugin('latest', ({ selected }) => {
      const { state, body } = selected.snapshot()
      return new Response(JSON.stringify(body), { status: state === 'pending' ? 503 : 200 })
    })
    const checks = [defineProbeCheck('email', healthy), defineProbeCheck('caches', probe)]
    const watchman = createWatchman({ checks, plugins: [view] })
    expect((await ask(watchman, '/latest')).status).toBe(503)
    await ask(watchman, '/?check=email')
    expect(await ask(watchman, '/latest?check=email')).toMatchObject({
      status: 200,
      text: '{"email":{"ok":true}}',
    })
    expect(await ask(watchman, '/latest?check=x')).toMatchObject({
      text: '{"error":404,"message":"No checks found"}',
    })
    expect(runs()).toBe(0)
  })

  test('can show a snapshot of a group that its plugin has selected', async () => {
    const plugin = pluginOf((host) => {
      const group = host.select({ check: ['email'] })
      host.view('email', () => new Response(group.snapshot().state))
    })
    const checks = [defineProbeCheck('email', healthy), defineProbeCheck('caches', failing)]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    expect((await ask(watchman, '/email')).text).toBe('pending')
    await ask(watchman)
    expect((await ask(watchman, '/email')).text).toBe('ok')
  })
})
