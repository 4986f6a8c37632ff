import { createWatchman, defineCheck, defineProbeCheck, type WatchmanOptions } from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test, vi } from 'vitest'
import { failing, healthy, scripted } from './probes.ts'

const busy = async () => {
  throw degraded('pool has no free connection (10 of 10 in use)')
}

/** The status, X-Watchman-Status and body of a new watchman. */
async function answerOf(options: WatchmanOptions, path = '/') {
  const { status, headers, body } = await ask(createWatchman(options), path)
  return { status, state: headers.get('x-watchman-status'), body }
}

describe('X-Watchman-Status', () => {
  test.each([
    ['ok', 200, healthy, healthy],
    ['degraded', 200, healthy, busy],
    ['failing', 500, busy, failing],
  ])('is %s beside %d, on the root and on bare', async (state, status, one, other) => {
    const checks = [defineProbeCheck('databases', { one, other }), defineProbeCheck('email', healthy)]
    for (const path of ['/', '/bare']) {
      expect(await answerOf({ checks }, path)).toMatchObject({ status, state })
    }
  })

  test('is sent only where checks ran', async () => {
    const options = { checks: [defineProbeCheck('email', healthy)], tokens: 'T' }
    expect((await answerOf(options, '/ping')).state).toBeNull()
    expect(await answerOf(options)).toMatchObject({ status: 403, state: null })
    expect((await answerOf(options, '/?check=unknown&watchman-token=T')).state).toBeNull()
  })
})

describe('an error of degraded()', () => {
  test('degrades: ok: false with its message, and HTTP 200', async () => {
    expect(await answerOf({ checks: [defineProbeCheck('databases', { busy, healthy })] })).toEqual({
      status: 200,
      state: 'degraded',
      body: {
        databases: [
          { busy: { ok: false, error: 'pool has no free connection (10 of 10 in use)' } },
          { healthy: { ok: true } },
        ],
      },
    })
  })

  test('shows its cause', async () => {
    const probe = () => Promise.reject(degraded('replica is behind', { cause: new Error('lag of 40 s') }))
    expect((await answerOf({ checks: [defineProbeCheck('replica', probe)] })).body).toEqual({
      replica: { ok: false, error: 'replica is behind: lag of 40 s' },
    })
  })

  test('degrades where the timeout ends the run and its cause is the reason of the signal', async () => {
    const probe = (signal: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(degraded('pool is busy', { cause: signal.reason })))
      })
    const check = defineProbeCheck('databases', probe, { timeout: 20 })
    expect(await answerOf({ checks: [check] })).toEqual({
      status: 200,
      state: 'degraded',
      body: { databases: { ok: false, error: 'pool is busy: timed out after 20 ms' } },
    })
  })

  test('does not hide a timeout where it has another cause', async () => {
    const probe = (signal: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(degraded('pool is busy')))
      })
    const check = defineProbeCheck('databases', probe, { timeout: 20 })
    expect(await answerOf({ checks: [check] })).toMatchObject({ status: 500, state: 'failing' })
  })

  test('degrades where a function throws it or has it in its object, except beside a failure', async () => {
    const full = () => degraded('full')
    const variants = {
      thrown: () => Promise.reject(full()),
      returned: () => ({ disk: full() }),
      flattened: () => ({ disk: { ok: false, error: full() } }),
    }
    for (const run of Object.values(variants)) {
      expect(await answerOf({ checks: [defineCheck('disk', run)] })).toEqual({
        status: 200,
        state: 'degraded',
        body: { disk: { ok: false, error: 'full' } },
      })
    }
    for (const mixed of [
      { disk: full(), other: { ok: false } },
      { other: new Error('x'), disk: full() },
    ]) {
      expect(await answerOf({ checks: [defineCheck('disk', () => mixed)] })).toMatchObject({
        status: 500,
        state: 'failing',
      })
    }
  })

  test.each([
    ['resolves to it', async () => degraded('full')],
    ['resolves to { ok: false, error }', async () => ({ ok: false, error: degraded('full') })],
  ])('degrades where a probe %s', async (_how, probe) => {
    expect(await answerOf({ checks: [defineProbeCheck('disk', probe)] })).toEqual({
      status: 200,
      state: 'degraded',
      body: { disk: { ok: false, error: 'full' } },
    })
  })

  test("keeps only ok: false under details: 'none', and stays degraded", async () => {
    const checks = [
      defineProbeCheck('databases', busy),
      defineCheck('disk', () => ({ disk: degraded('full'), size: 1 })),
    ]
    expect(await answerOf({ checks, details: 'none' })).toEqual({
      status: 200,
      state: 'degraded',
      body: { databases: { ok: false }, disk: { ok: false }, size: 1 },
    })
  })

  test('is recognised also as an error of another copy of the package', async () => {
    vi.resetModules()
    const other: typeof import('@watchman/core/driver') = await import('@watchman/core/driver')
    expect(other.degraded).not.toBe(degraded)
    const probe = () => Promise.reject(other.degraded('full'))
    expect(await answerOf({ checks: [defineProbeCheck('disk', probe)] })).toMatchObject({
      status: 200,
      state: 'degraded',
    })
  })

  test('is not imitated by critical: false on an error, as it was once written', async () => {
    const probe = () => Promise.reject(Object.assign(new Error('busy'), { critical: false }))
    expect(await answerOf({ checks: [defineProbeCheck('databases', probe)] })).toMatchObject({
      status: 500,
      state: 'failing',
    })
  })
})

describe('critical: false', () => {
  test.each([
    ['probes', defineProbeCheck('search', { main: failing }, { critical: false })],
    ['a target', defineProbeCheck('search', { main: { probe: failing, critical: false } })],
    ['a probe', defineProbeCheck('search', failing, { critical: false })],
    [
      'a function that throws',
      defineCheck('search', () => Promise.reject(new Error('down')), { critical: false }),
    ],
    [
      'a function that returns ok: false',
      defineCheck('search', () => ({ search: { ok: false } }), { critical: false }),
    ],
  ])('makes %s degrade the report instead of failing it', async (_of, check) => {
    const { status, state, body } = await answerOf({ checks: [check, defineProbeCheck('email', healthy)] })
    expect([status, state]).toEqual([200, 'degraded'])
    expect(JSON.stringify(body)).toMatch(/^{"search":.*"ok":false.*"email":{"ok":true}}$/)
  })

  test('does not affect other checks, nor other targets of its check', async () => {
    const optional = defineProbeCheck('search', failing, { critical: false })
    const targets = { main: { probe: failing, critical: false }, other: failing }
    for (const checks of [
      [optional, defineProbeCheck('email', failing)],
      [defineProbeCheck('search', targets)],
    ]) {
      expect(await answerOf({ checks })).toMatchObject({ status: 500, state: 'failing' })
    }
  })

  test("keeps the details, except under details: 'none'", async () => {
    const checks = [defineProbeCheck('search', failing, { critical: false })]
    expect((await answerOf({ checks })).body).toEqual({ search: { ok: false, error: 'down' } })
    expect((await answerOf({ checks, details: 'none' })).body).toEqual({ search: { ok: false } })
  })
})

describe('failureThreshold', () => {
  test('tolerates fewer failures in a row, with their error; a success restarts the count', async () => {
    const { probe } = scripted(
      healthy,
      failing,
      failing,
      healthy,
      failing,
      failing,
      failing,
      failing,
      healthy,
    )
    const check = defineProbeCheck('databases', { flaky: probe, healthy }, { ttl: 0, failureThreshold: 3 })
    const watchman = createWatchman({ checks: [check] })
    const seen: unknown[] = []
    for (let round = 0; round < 9; round += 1) {
      const { status, headers, text } = await ask(watchman)
      seen.push(`${status} ${headers.get('x-watchman-status')} ${/"error":"(.*?)"/.exec(text)?.[1] ?? ''}`)
    }
    const ok = '200 ok '
    const tolerated = '200 degraded down'
    const failed = '500 failing down'
    expect(seen).toEqual([ok, tolerated, tolerated, ok, tolerated, tolerated, failed, failed, ok])
  })

  test('counts runs, not requests', async () => {
    const { probe, runs } = scripted(healthy, failing)
    const policy = { failureThreshold: 2, ttl: 0, failureTtl: 60_000 }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', { a: probe }, policy)] })
    await ask(watchman)
    for (let round = 0; round < 10; round += 1) {
      const { status, headers } = await ask(watchman, round % 2 === 0 ? '/' : '/?check=databases')
      expect([status, headers.get('x-watchman-status')]).toEqual([200, 'degraded'])
    }
    expect(runs()).toBe(2)
  })

  test('counts what a function returns', async () => {
    const answers = [true, false, false]
    const check = defineCheck('queue', () => ({ queue: { ok: answers.shift() } }), { failureThreshold: 2 })
    const watchman = createWatchman({ checks: [check] })
    const statuses: number[] = []
    for (let round = 0; round < 3; round += 1) statuses.push((await ask(watchman)).status)
    expect(statuses).toEqual([200, 200, 500])
  })
})
