import { createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { expect, test, vi } from 'vitest'
import { ask, hanging, sleep } from './ask.ts'
import { recorder } from './recorder.ts'

/** A probe that counts its runs, and fails while it is told to. */
function counting() {
  const state = { runs: 0, down: false }
  const probe: Probe = async () => {
    state.runs += 1
    if (state.down) throw new Error('down')
  }
  return { probe, state }
}

test('nothing runs before it is started or asked', async () => {
  const { probe, state } = counting()
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 10 })] })
  await sleep(50)
  expect(state.runs).toBe(0)
  watchman.start()
  await vi.waitFor(() => expect(state.runs).toBeGreaterThan(2))
  await watchman.close()
})

test('the first request starts it, and waits for the first result', async () => {
  const { probe, state } = counting()
  const slow: Probe = async (signal) => {
    await sleep(30)
    await probe(signal)
  }
  const watchman = createWatchman({ checks: [defineProbeCheck('databases', { a: slow }, { interval: 10 })] })
  expect((await ask(watchman)).body).toEqual({ databases: [{ a: { ok: true } }] })
  await vi.waitFor(() => expect(state.runs).toBeGreaterThan(2))
  await watchman.close()
})

test('requests start no run of their own, and see each new result', async () => {
  const { probe, state } = counting()
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 500 })] })
  for (let round = 0; round < 100; round += 1) expect((await ask(watchman)).status).toBe(200)
  expect(state.runs).toBe(1)
  for (const down of [true, false]) {
    const before = state.runs
    state.down = down
    await vi.waitFor(() => expect(state.runs).toBe(before + 1), 5000)
    await sleep(1)
    expect((await ask(watchman)).status).toBe(down ? 500 : 200)
  }
  await watchman.close()
})

test('a function runs so too, and its result is shared', async () => {
  const runs: string[] = []
  const check = defineCheck('own', ({ url }) => ({ run: runs.push(url) }), { interval: 60_000 })
  const watchman = createWatchman({ checks: [check] })
  expect((await ask(watchman, '/?a')).body).toEqual({ run: 1 })
  expect((await ask(watchman, '/?b')).body).toEqual({ run: 1 })
  expect(runs).toEqual(['http://localhost/'])
  await watchman.close()
})

test('a result older than three intervals is a failure that says so', async () => {
  const hung = hanging()
  const runs: unknown[] = []
  const probe: Probe = () => (runs.push(1) === 1 ? undefined : hung.probe())
  const check = defineProbeCheck('email', probe, { interval: 50, timeout: 60_000 })
  const watchman = createWatchman({ checks: [check] })
  expect((await ask(watchman)).status).toBe(200)
  await vi.waitFor(async () => expect((await ask(watchman)).status).toBe(500), 5000)
  expect((await ask(watchman)).body).toEqual({
    email: {
      ok: false,
      error: expect.stringMatching(/^no result for \d{3,} ms, though one is due every 50 ms$/),
    },
  })
  expect(hung.started()).toBe(1)
  await watchman.close()
})

test('a change of state is logged without a request', async () => {
  const { probe, state } = counting()
  const { lines, logger } = recorder()
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 20 })], logger })
  watchman.start()
  await vi.waitFor(() => expect(state.runs).toBeGreaterThan(1))
  state.down = true
  await vi.waitFor(() => expect(lines.map(({ level }) => level)).toEqual(['error']))
  state.down = false
  await vi.waitFor(() => expect(lines.map(({ level }) => level)).toEqual(['error', 'info']))
  await watchman.close()
})

test('failures in a row are counted without a request', async () => {
  const { probe, state } = counting()
  state.down = true
  const check = defineProbeCheck('email', probe, { interval: 100, failAfter: 3 })
  const watchman = createWatchman({ checks: [check] })
  expect((await ask(watchman)).headers.get('x-watchman-status')).toBe('degraded')
  await vi.waitFor(() => expect(state.runs).toBeGreaterThan(3), 5000)
  expect((await ask(watchman)).headers.get('x-watchman-status')).toBe('failing')
  await watchman.close()
})

test('closing ends it; starting after that, or twice, begins nothing', async () => {
  const { probe, state } = counting()
  const other = counting()
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 200 })] })
  watchman.start()
  watchman.start()
  await ask(watchman)
  expect(state.runs).toBe(1)
  await watchman.close()
  const closed = createWatchman({ checks: [defineProbeCheck('email', other.probe, { interval: 10 })] })
  await closed.close()
  closed.start()
  await sleep(500)
  expect([state.runs, other.state.runs]).toEqual([1, 0])
})

test('two processes do not keep step: each wait differs by up to a tenth', async () => {
  const waits: number[] = []
  const { probe } = counting()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const set = vi.spyOn(globalThis, 'setTimeout')
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 10_000 })] })
    watchman.start()
    for (let round = 0; round < 50; round += 1) await vi.advanceTimersByTimeAsync(11_001)
    for (const [, delay] of set.mock.calls) if (delay && delay > 5000) waits.push(delay)
    await watchman.close()
  } finally {
    vi.restoreAllMocks()
    vi.useRealTimers()
  }
  expect(new Set(waits).size).toBeGreaterThan(40)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(9000)
  expect(Math.max(...waits)).toBeLessThanOrEqual(11_000)
})
