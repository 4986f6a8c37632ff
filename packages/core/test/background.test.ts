import { createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { hanging, healthy, scripted, switchable } from './probes.ts'
import { recordLog } from './record-log.ts'
import { sleep } from './sleep.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a target with an interval', () => {
  test('does not run before it is started or asked', async () => {
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 10 })] })
    watchman.snapshot()
    await sleep(50)
    expect(state.runs).toBe(0)
    watchman.start()
    await expect.poll(() => state.runs).toBeGreaterThan(2)
    await watchman.close()
  })

  test('is started by the first request, which waits for the first result', async () => {
    const { probe, state } = switchable()
    const slow: Probe = async (signal) => {
      await sleep(30)
      await probe(signal)
    }
    const watchman = createWatchman({
      checks: [defineProbeCheck('databases', { a: slow }, { interval: 10 })],
    })
    expect((await ask(watchman)).body).toEqual({ databases: [{ a: { ok: true } }] })
    await expect.poll(() => state.runs).toBeGreaterThan(2)
    await watchman.close()
  })

  test('is started by the first report without a request, too', async () => {
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 10 })] })
    expect((await watchman.report()).state).toBe('ok')
    await expect.poll(() => state.runs).toBeGreaterThan(2)
    await watchman.close()
  })

  test('is not started by a ping', async () => {
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 10 })] })
    await ask(watchman, '/ping')
    await sleep(50)
    expect(state.runs).toBe(0)
  })

  test('may be one of several in its check, or get the interval from the defaults', async () => {
    const [own, inherited, none] = [switchable(), switchable(), switchable()]
    const perTarget = defineProbeCheck('databases', {
      own: { probe: own.probe, interval: 10 },
      none: none.probe,
    })
    const watchmen = [
      createWatchman({ checks: [perTarget] }),
      createWatchman({ checks: [defineProbeCheck('email', inherited.probe)], defaults: { interval: 10 } }),
    ]
    for (const watchman of watchmen) watchman.start()
    await expect.poll(() => own.state.runs).toBeGreaterThan(2)
    await expect.poll(() => inherited.state.runs).toBeGreaterThan(2)
    expect(none.state.runs).toBe(0)
    for (const watchman of watchmen) await watchman.close()
  })

  test('is not run more often than its own ttl by an interval of the defaults', async () => {
    vi.useFakeTimers()
    const [mail, database, own] = [switchable(), switchable(), switchable()]
    const watchman = createWatchman({
      checks: [
        defineProbeCheck('email', mail.probe, { ttl: 60_000 }),
        defineProbeCheck('databases', database.probe),
        defineProbeCheck('own', { main: { probe: own.probe, interval: 10_000 } }, { ttl: 60_000 }),
      ],
      defaults: { interval: 10_000 },
    })
    watchman.start()
    await vi.advanceTimersByTimeAsync(110_000)
    expect(mail.state.runs).toBeLessThanOrEqual(3)
    expect(mail.state.runs).toBeGreaterThanOrEqual(2)
    for (const { state } of [database, own]) expect(state.runs).toBeGreaterThanOrEqual(10)
    await watchman.close()
  })

  test('is not run by requests, which get each new result', async () => {
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 500 })] })
    for (let round = 0; round < 100; round += 1) expect((await ask(watchman)).status).toBe(200)
    expect(state.runs).toBe(1)
    for (const down of [true, false]) {
      const before = state.runs
      state.down = down
      await expect.poll(() => state.runs).toBe(before + 1)
      await sleep(1)
      expect((await ask(watchman)).status).toBe(down ? 500 : 200)
    }
    await watchman.close()
  })

  test('may be a function, whose result is then the same for all requests', async () => {
    const runs: string[] = []
    const check = defineCheck('own', ({ url }) => ({ run: runs.push(url) }), { interval: 60_000 })
    const watchman = createWatchman({ checks: [check] })
    expect((await ask(watchman, '/?a')).body).toEqual({ run: 1 })
    expect((await ask(watchman, '/?b')).body).toEqual({ run: 1 })
    expect(runs).toEqual(['http://localhost/'])
    await watchman.close()
  })

  test('counts its failures without a request', async () => {
    const { probe, state } = switchable()
    const check = defineProbeCheck('email', probe, { interval: 100, failureThreshold: 3 })
    const watchman = createWatchman({ checks: [check] })
    expect((await ask(watchman)).headers.get('x-watchman-status')).toBe('ok')
    state.down = true
    await expect.poll(() => state.runs).toBe(2)
    await sleep(1)
    expect((await ask(watchman)).headers.get('x-watchman-status')).toBe('degraded')
    await expect.poll(() => state.runs).toBeGreaterThan(3)
    await sleep(1)
    expect((await ask(watchman)).headers.get('x-watchman-status')).toBe('failing')
    await watchman.close()
  })

  test('has its changes of state logged without a request', async () => {
    const { probe, state } = switchable()
    const { lines, logger } = recordLog()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 20 })], logger })
    watchman.start()
    await expect.poll(() => state.runs).toBeGreaterThan(1)
    state.down = true
    await expect.poll(() => lines.map(({ level }) => level)).toEqual(['error'])
    state.down = false
    await expect.poll(() => lines.map(({ level }) => level)).toEqual(['error', 'info'])
    await watchman.close()
  })

  test('never has two runs at once, however short the interval', async () => {
    const hung = hanging()
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', hung.probe, { interval: 5, timeout: 10_000 })],
    })
    watchman.start()
    await sleep(100)
    expect(hung.runs()).toBe(1)
    await watchman.close()
  })
})

describe('a result older than three intervals', () => {
  test('is not shown: a request waits for a run, and a snapshot says that there is no result', async () => {
    vi.useFakeTimers()
    const { probe } = scripted(healthy, () => sleep(1000))
    const check = defineProbeCheck('email', probe, { interval: 100, timeout: 60_000 })
    const watchman = createWatchman({ checks: [check] })
    expect((await watchman.report()).state).toBe('ok')
    await vi.advanceTimersByTimeAsync(400)
    const error = 'no result for 400 ms, though one is due every 100 ms'
    expect(watchman.snapshot()).toMatchObject({ state: 'pending', results: [{ state: 'pending', error }] })
    const answer = ask(watchman)
    await vi.advanceTimersByTimeAsync(800)
    expect((await answer).body).toEqual({ email: { ok: true } })
    await watchman.close()
  })

  test('is not shown after the process was stopped for many intervals: the first request has a new one', async () => {
    vi.useFakeTimers()
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { interval: 100 })] })
    expect((await watchman.report()).state).toBe('ok')
    // The clocks go on while no timer is called.
    const stopped = performance.now() + 1000
    vi.spyOn(performance, 'now').mockReturnValue(stopped)
    expect((await ask(watchman)).status).toBe(200)
    state.down = true
    vi.spyOn(performance, 'now').mockReturnValue(stopped + 1000)
    expect((await ask(watchman)).status).toBe(500)
    expect(state.runs).toBe(3)
    await watchman.close()
  })

  test('gives way to the timeout of a run that hangs', async () => {
    vi.useFakeTimers()
    const hung = hanging()
    const { probe } = scripted(healthy, hung.probe)
    const check = defineProbeCheck('email', probe, { interval: 100, timeout: 1000 })
    const watchman = createWatchman({ checks: [check] })
    await watchman.report()
    await vi.advanceTimersByTimeAsync(500)
    const answer = ask(watchman)
    await vi.advanceTimersByTimeAsync(1000)
    expect((await answer).body).toEqual({ email: { ok: false, error: 'timed out after 1000 ms' } })
    expect(hung.runs()).toBe(1)
    await vi.advanceTimersByTimeAsync(1500)
    const [result] = watchman.snapshot().results
    expect(result?.state).toBe('pending')
    expect(result?.error).toMatch(
      /^no result for \d+ ms, though one is due every 100 ms: 1 run has not settled since /,
    )
    await watchman.close()
  })

  test('does not count where the target is not critical', async () => {
    vi.useFakeTimers()
    const { probe } = scripted(healthy, hanging().probe)
    const check = defineProbeCheck('email', probe, { interval: 20, timeout: 60_000, critical: false })
    const watchman = createWatchman({ checks: [check] })
    await watchman.report()
    await vi.advanceTimersByTimeAsync(100)
    expect(watchman.snapshot()).toMatchObject({ state: 'ok', results: [{ state: 'pending' }] })
    await watchman.close()
  })
})

test('closing ends the background; starting twice, or after it, starts nothing', async () => {
  const first = switchable()
  const second = switchable()
  const watchman = createWatchman({ checks: [defineProbeCheck('email', first.probe, { interval: 200 })] })
  watchman.start()
  watchman.start()
  await ask(watchman)
  expect(first.state.runs).toBe(1)
  await watchman.close()
  const closed = createWatchman({ checks: [defineProbeCheck('email', second.probe, { interval: 10 })] })
  await closed.close()
  closed.start()
  await closed.report()
  await sleep(500)
  expect([first.state.runs, second.state.runs]).toEqual([1, 0])
})

describe('the delay between two runs in the background', () => {
  /** The delays that a watchman with this interval passes to `setTimeout`, other than those of its timeout. */
  async function delaysOf(interval: number, rounds: number): Promise<readonly number[]> {
    vi.useFakeTimers()
    const set = vi.spyOn(globalThis, 'setTimeout')
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', healthy, { interval, timeout: 1 })],
    })
    watchman.start()
    for (let round = 0; round < rounds; round += 1) await vi.advanceTimersToNextTimerAsync()
    const delays = set.mock.calls.flatMap(([, delay = 0]) => (delay > 1 ? delay : []))
    await watchman.close()
    return delays
  }

  test('varies by up to a tenth, so that processes do not synchronize', async () => {
    const delays = await delaysOf(10_000, 50)
    expect(new Set(delays).size).toBeGreaterThan(40)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(9000)
    expect(Math.max(...delays)).toBeLessThanOrEqual(11_000)
  })

  test('never exceeds what a timer supports, which would run the target without pause', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.99)
    const delays = await delaysOf(2 ** 31 - 1, 0)
    expect(delays).toHaveLength(1)
    expect(Math.max(...delays)).toBeLessThanOrEqual(2 ** 31 - 1)
  })
})
