import { createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { settlesLater } from '@watchman/core/driver'
import { ask, measureLateness } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { recordResults } from './plugins.ts'
import { failing, hanging, healthy, scripted, switchable } from './probes.ts'
import { sleep } from './sleep.ts'

afterEach(() => {
  vi.useRealTimers()
})

const timedOut = (timeout: number) => ({ ok: false, error: `timed out after ${timeout} ms` })
const noResult = { ok: false, error: 'no result yet' }

/** A probe that takes `delay` milliseconds, and counts its runs and how many ran at once. */
function counting(delay: number, fails = () => false) {
  const state = { runs: 0, running: 0, most: 0 }
  const probe: Probe = async () => {
    state.runs += 1
    state.running += 1
    state.most = Math.max(state.most, state.running)
    await sleep(delay)
    state.running -= 1
    if (fails()) throw new Error('down')
  }
  return { probe, state }
}

describe('the timeout', () => {
  test('ends a hung target, while its siblings and other checks still report', async () => {
    const watchman = createWatchman({
      checks: [
        defineProbeCheck('databases', { hung: hanging().probe, ok: healthy }, { timeout: 50 }),
        defineProbeCheck('email', hanging().probe, { timeout: 80 }),
        defineCheck('own', () => new Promise<never>(() => {}), { timeout: 60 }),
        defineCheck('x', () => ({ x: 1 })),
      ],
    })
    const started = performance.now()
    const lateness = measureLateness()
    const { status, body } = await ask(watchman)
    expect(performance.now() - started).toBeLessThan(80 + 250 + lateness.total())
    lateness.stop()
    expect(status).toBe(500)
    expect(body).toEqual({
      databases: [{ hung: timedOut(50) }, { ok: { ok: true } }],
      email: timedOut(80),
      own: timedOut(60),
      x: 1,
    })
    const { results } = watchman.snapshot()
    expect(results.map(({ id, timedOut }) => [id, timedOut])).toEqual([
      ['databases.hung', true],
      ['databases.ok', undefined],
      ['email', true],
      ['own', true],
      ['x', undefined],
    ])
  })

  test('may differ from target to target', async () => {
    const { probe } = hanging()
    const targets = { own: { probe, timeout: 20 }, inherited: probe }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets, { timeout: 40 })] })
    const { body } = await ask(watchman)
    expect(body).toEqual({ databases: [{ inherited: timedOut(40) }, { own: timedOut(20) }] })
  })

  test('is 5 seconds by default', async () => {
    vi.useFakeTimers()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', hanging().probe)] })
    const report = watchman.report()
    await vi.advanceTimersByTimeAsync(4999)
    expect(watchman.snapshot().results).toMatchObject([{ state: 'pending' }])
    await vi.advanceTimersByTimeAsync(2)
    expect((await report).body).toEqual({ email: timedOut(5000) })
  })

  test('aborts the run', async () => {
    const reasons: string[] = []
    const probe: Probe = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason.message)
          reject(new Error('gave up'))
        })
      })
    const checks = [defineProbeCheck('email', probe, { timeout: 30 })]
    expect((await ask(createWatchman({ checks }))).body).toEqual({ email: timedOut(30) })
    expect(reasons).toEqual(['timed out after 30 ms'])
  })

  test('lets the probe explain itself by an error whose cause is the reason of the signal', async () => {
    const probe: Probe = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('pool has no free connection (10 of 10 in use)', { cause: signal.reason }))
        })
      })
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 30 })] })
    expect((await ask(watchman)).body).toEqual({
      email: { ok: false, error: 'pool has no free connection (10 of 10 in use): timed out after 30 ms' },
    })
    expect(watchman.snapshot().results).toMatchObject([{ timedOut: true }])
  })

  test('fails a probe that resolves only because it was aborted', async () => {
    const probe: Probe = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))
    const checks = [defineProbeCheck('email', probe, { timeout: 30 })]
    expect((await ask(createWatchman({ checks }))).body).toEqual({ email: timedOut(30) })
  })

  test('discards a result that is late', async () => {
    const { probe } = counting(60)
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', probe, { timeout: 30, ttl: 1000 })],
    })
    expect((await ask(watchman)).status).toBe(500)
    await sleep(60)
    expect((await ask(watchman)).body).toEqual({ email: timedOut(30) })
  })
})

describe('the deadline of a report', () => {
  test('answers with the targets that have a result, and with pending for the others', async () => {
    const hung = hanging()
    const check = defineProbeCheck('databases', { hung: hung.probe, ok: healthy }, { timeout: 2000 })
    const own = defineCheck('own', () => new Promise<never>(() => {}))
    const watchman = createWatchman({ checks: [check, own], deadline: 50 })
    const started = performance.now()
    const lateness = measureLateness()
    const { status, headers, body } = await ask(watchman)
    expect(performance.now() - started).toBeLessThan(50 + 250 + lateness.total())
    lateness.stop()
    expect([status, headers.get('x-watchman-status')]).toEqual([503, 'pending'])
    expect(body).toEqual({ databases: [{ hung: noResult }, { ok: { ok: true } }], own: noResult })
    expect((await ask(watchman, '/?check=databases')).status).toBe(503)
    expect(hung.runs()).toBe(1)
    await watchman.close()
  })

  test('answers with a failure rather than with pending where a target fails in time', async () => {
    const targets = { hung: hanging().probe, down: failing }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets)], deadline: 30 })
    expect((await ask(watchman)).status).toBe(500)
    await watchman.close()
  })

  test('ends no run: a later report has its result', async () => {
    const { probe, runs } = scripted(async () => sleep(80))
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe)], deadline: 20 })
    expect((await ask(watchman)).status).toBe(503)
    await expect.poll(async () => (await ask(watchman)).status).toBe(200)
    expect(runs()).toBe(1)
  })

  test('answers with the latest result while it is younger than three timeouts, then with pending', async () => {
    vi.useFakeTimers()
    const answerAfter = async (wait: number) => {
      const { probe } = scripted(healthy, hanging().probe)
      const check = defineProbeCheck('email', probe, { timeout: 100, ttl: 0 })
      const watchman = createWatchman({ checks: [check], deadline: 50 })
      await watchman.report()
      await vi.advanceTimersByTimeAsync(wait)
      const answer = ask(watchman)
      await vi.advanceTimersByTimeAsync(50)
      const { status, body } = await answer
      await watchman.close()
      return [status, body]
    }
    expect(await answerAfter(0)).toEqual([200, { email: { ok: true } }])
    expect(await answerAfter(240)).toEqual([200, { email: { ok: true } }])
    expect(await answerAfter(260)).toEqual([503, { email: noResult }])
  })
})

describe('single flight', () => {
  test('lets a hundred requests that arrive together share one run', async () => {
    const { probe, state } = counting(30)
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', { a: probe }, { ttl: 0 })] })
    const kinds = ['/', '/bare', '/?check=databases', '/?check=databases.a']
    const paths = Array.from({ length: 100 }, (_, index) => kinds[index % kinds.length])
    const answers = await Promise.all(paths.map((path) => ask(watchman, path)))
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200))
    expect(state).toEqual({ runs: 1, running: 0, most: 1 })
  })

  test('keeps two targets and two checks apart', async () => {
    const first = counting(10, () => true)
    const second = counting(10)
    const watchman = createWatchman({
      checks: [
        defineProbeCheck('databases', { default: first.probe, other: second.probe }),
        defineProbeCheck('caches', { default: second.probe }),
      ],
    })
    const { body } = await ask(watchman)
    expect(body).toEqual({
      databases: [{ default: { ok: false, error: 'down' } }, { other: { ok: true } }],
      caches: [{ default: { ok: true } }],
    })
    expect([first.state.runs, second.state.runs]).toEqual([1, 2])
  })

  test('starts no run beside one that has not settled, and answers each caller at its timeout', async () => {
    const hung = hanging()
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', hung.probe, { timeout: 40, ttl: 0 })],
    })
    for (let round = 0; round < 3; round += 1) {
      expect((await ask(watchman)).body).toEqual({ email: timedOut(40) })
    }
    expect(hung.runs()).toBe(1)
    await watchman.close()
  })

  test('starts a run for those who wait, as soon as the overdue run has settled', async () => {
    const { probe, runs } = scripted(() => sleep(600), healthy)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 400, ttl: 0 })] })
    expect((await ask(watchman)).status).toBe(500)
    expect((await ask(watchman)).body).toEqual({ email: { ok: true } })
    expect(runs()).toBe(2)
  })
})

describe('the reuse of results', () => {
  test('is no different for a failure that was thrown synchronously', async () => {
    const state = { down: true, runs: 0 }
    const probe: Probe = () => {
      state.runs += 1
      if (state.down) throw new Error('down')
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', { a: probe }, { ttl: 0 })] })
    expect((await ask(watchman)).status).toBe(500)
    state.down = false
    expect((await ask(watchman)).status).toBe(200)
    expect((await ask(watchman)).status).toBe(200)
    expect(state.runs).toBe(3)
  })

  test('spares the backend for ttl milliseconds', async () => {
    vi.useFakeTimers()
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 150 })] })
    for (let round = 0; round < 50; round += 1) await ask(watchman)
    await vi.advanceTimersByTimeAsync(149)
    await ask(watchman)
    expect(state.runs).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await ask(watchman)
    expect(state.runs).toBe(2)
  })

  test('lasts 1000 ms for probes by default', async () => {
    vi.useFakeTimers()
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe)] })
    await ask(watchman)
    await vi.advanceTimersByTimeAsync(999)
    await ask(watchman)
    expect(state.runs).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await ask(watchman)
    expect(state.runs).toBe(2)
  })

  test('may differ from target to target', async () => {
    const [long, none] = [switchable(), switchable()]
    const targets = { long: { probe: long.probe, ttl: 60_000 }, none: none.probe }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets, { ttl: 0 })] })
    for (let round = 0; round < 3; round += 1) await ask(watchman)
    expect([long.state.runs, none.state.runs]).toEqual([1, 3])
  })

  test('is the same where a check or a target is selected', async () => {
    const { probe, state } = counting(0)
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', { default: probe }), defineProbeCheck('caches', probe)],
    })
    for (let round = 0; round < 20; round += 1) {
      await ask(watchman, '/?check=email')
      await ask(watchman, '/?check=email.default')
    }
    expect(state.runs).toBe(1)
    await ask(watchman)
    expect(state.runs).toBe(2)
  })

  test.each([
    ['1000 ms for a failure where the ttl is longer', { ttl: 60_000 }, 1000],
    ['the ttl for a failure where that is shorter', { ttl: 200 }, 200],
    ['failureTtl for a failure where that is set', { ttl: 200, failureTtl: 5000 }, 5000],
    ['failureTtl also where that is shorter', { ttl: 60_000, failureTtl: 100 }, 100],
    ['no time at all for a failure with a failureTtl of 0', { ttl: 60_000, failureTtl: 0 }, 0],
  ])('lasts %s', async (_what, policy, duration) => {
    vi.useFakeTimers()
    const { probe, state } = switchable()
    state.down = true
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, policy)] })
    expect((await ask(watchman)).status).toBe(500)
    state.down = false
    if (duration > 0) {
      await vi.advanceTimersByTimeAsync(duration - 1)
      expect((await ask(watchman)).status).toBe(500)
      await vi.advanceTimersByTimeAsync(1)
    }
    expect((await ask(watchman)).status).toBe(200)
    expect(state.runs).toBe(2)
  })

  test('reports one target down while another is reused', async () => {
    const { probe, state } = switchable()
    const checks = [
      defineProbeCheck('email', healthy, { ttl: 60_000 }),
      defineProbeCheck('caches', { default: probe }, { ttl: 0 }),
    ]
    const watchman = createWatchman({ checks })
    expect((await ask(watchman)).status).toBe(200)
    state.down = true
    expect((await ask(watchman)).body).toEqual({
      email: { ok: true },
      caches: [{ default: { ok: false, error: 'down' } }],
    })
  })

  test('ends for a whole report as soon as one of its targets has a newer result', async () => {
    vi.useFakeTimers()
    const fast = scripted(healthy, failing)
    const slow = scripted(async () => sleep(100))
    const targets = {
      fast: { probe: fast.probe, ttl: 10, failureTtl: 60_000 },
      slow: { probe: slow.probe, ttl: 60_000 },
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets)] })
    const first = ask(watchman)
    await vi.advanceTimersByTimeAsync(50)
    expect((await ask(watchman, '/?check=databases.fast')).status).toBe(500)
    await vi.advanceTimersByTimeAsync(50)
    await first
    expect((await ask(watchman)).status).toBe(500)
  })
})

describe('a change of the system clock', () => {
  const HOUR = 3600 * 1000

  test.each([
    ['forward', HOUR],
    ['backward', -HOUR],
  ])('%s changes nothing about reuse and timeouts', async (_where, jump) => {
    vi.useFakeTimers()
    const { probe, runs } = scripted(healthy, hanging().probe)
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', probe, { ttl: 1000, timeout: 100 })],
    })
    await ask(watchman)
    vi.setSystemTime(Date.now() + jump)
    await vi.advanceTimersByTimeAsync(999)
    await ask(watchman)
    expect(runs()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    const answer = ask(watchman)
    vi.setSystemTime(Date.now() + jump)
    await vi.advanceTimersByTimeAsync(101)
    expect((await answer).body).toEqual({ email: timedOut(100) })
    expect(watchman.snapshot().results[0]?.duration).toBeLessThan(200)
    await watchman.close()
  })

  test.each([
    ['forward', HOUR, 10, 200],
    ['backward', -HOUR, 10, 200],
    ['backward', -HOUR, 400, 503],
  ])(
    '%s by %d ms changes nothing about the age of a result after %d ms',
    async (_where, jump, wait, status) => {
      vi.useFakeTimers()
      const { probe } = scripted(healthy, hanging().probe)
      const check = defineProbeCheck('email', probe, { ttl: 0, timeout: 100 })
      const watchman = createWatchman({ checks: [check], deadline: 50 })
      await ask(watchman)
      await vi.advanceTimersByTimeAsync(wait)
      vi.setSystemTime(Date.now() + jump)
      const answer = ask(watchman)
      await vi.advanceTimersByTimeAsync(50)
      expect((await answer).status).toBe(status)
      await watchman.close()
    },
  )

  test.each([
    ['is set back', -HOUR],
    ['does not move', 0],
  ])('does not make an older result count as the newest one: it %s', async (_how, jump) => {
    vi.useFakeTimers()
    const fast = scripted(healthy, failing)
    const slow = scripted(async () => sleep(100))
    const targets = {
      fast: { probe: fast.probe, ttl: 0, failureTtl: 60_000 },
      slow: { probe: slow.probe, ttl: 60_000 },
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets)] })
    const first = ask(watchman)
    await vi.advanceTimersByTimeAsync(0)
    vi.setSystemTime(Date.now() + jump)
    expect((await ask(watchman, '/?check=databases.fast')).status).toBe(500)
    await vi.advanceTimersByTimeAsync(100)
    await first
    expect((await ask(watchman)).status).toBe(500)
  })
})

describe('a function without a ttl', () => {
  test('is given its own request, also when many arrive together', async () => {
    const echo = defineCheck('echo', async (request) => {
      await sleep(10)
      return { path: new URL(request.url).searchParams.get('n') }
    })
    const watchman = createWatchman({ checks: [echo, defineProbeCheck('email', healthy)] })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(watchman, `/?n=${n}`)))
    expect(answers.map(({ body }) => body)).toEqual(
      answers.map((_, n) => ({ path: `${n}`, email: { ok: true } })),
    )
  })

  test('is given a signal that aborts at its timeout', async () => {
    const reasons: string[] = []
    const check = defineCheck(
      'own',
      (_request, { signal }) =>
        new Promise<never>(() => signal.addEventListener('abort', () => reasons.push(signal.reason.message))),
      { timeout: 20 },
    )
    await ask(createWatchman({ checks: [check] }))
    expect(reasons).toEqual(['timed out after 20 ms'])
  })
})

test('a function with a ttl is shared and reused', async () => {
  const runs: string[] = []
  const check = defineCheck('own', () => ({ own: runs.push('run') }), { ttl: 1000 })
  const watchman = createWatchman({ checks: [check] })
  await Promise.all([ask(watchman), ask(watchman, '/bare'), ask(watchman, '/?check=own')])
  expect((await ask(watchman)).body).toEqual({ own: 1 })
})

test('an idle watchman runs nothing and leaves no timer behind', async () => {
  const { probe, state } = counting(0)
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 60_000 })] })
  await sleep(20)
  expect(state.runs).toBe(0)
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  await ask(watchman)
  expect(timers()).toBeLessThanOrEqual(before)
})

describe('a failure with cleanup that takes longer', () => {
  /** Fails at once; its cleanup ends when the test says so. */
  function cleaningUp() {
    const ends: (() => void)[] = []
    const probe: Probe = () => {
      const settled = new Promise<void>((resolve) => ends.push(resolve))
      return Promise.reject(settlesLater(new Error('no space left'), settled))
    }
    return { ends, probe }
  }

  test('is answered at once, and no run starts before the cleanup has ended', async () => {
    const { ends, probe } = cleaningUp()
    const { events, plugin } = recordResults()
    const checks = [defineProbeCheck('storage', probe, { timeout: 100, ttl: 0 })]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    const failure = { storage: { ok: false, error: 'no space left' } }
    expect((await ask(watchman)).body).toEqual(failure)
    expect((await ask(watchman)).body).toEqual(failure)
    expect(ends).toHaveLength(1)
    ends[0]?.()
    expect((await ask(watchman)).body).toEqual(failure)
    expect(ends).toHaveLength(2)
    expect(events.map(({ result }) => result.failures)).toEqual([1, 2]) // a caller that waited until its timeout was no run
  })

  test('keeps its explanation where its timeout ended it', async () => {
    const { probe, runs } = scripted(
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            const error = new Error('/srv does not answer', { cause: signal.reason })
            reject(settlesLater(error, new Promise(() => {})))
          })
        }),
    )
    const watchman = createWatchman({ checks: [defineProbeCheck('storage', probe, { timeout: 30, ttl: 0 })] })
    for (let round = 0; round < 3; round += 1) {
      expect((await ask(watchman)).body).toEqual({
        storage: { ok: false, error: '/srv does not answer: timed out after 30 ms' },
      })
    }
    expect(runs()).toBe(1)
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('cleaning'))],
    ['is not a promise', () => 'soon'],
    ['is null', () => null],
    ['cannot be read', () => undefined],
  ])('is followed by the next run where the cleanup %s', async (how, settled) => {
    const { probe, runs } = scripted(() => {
      const error = Object.assign(new Error('down'), { settled: settled() })
      if (how !== 'cannot be read') return Promise.reject(error)
      const get = () => {
        throw new Error('getter')
      }
      return Promise.reject(Object.defineProperty(error, 'settled', { get }))
    })
    const watchman = createWatchman({ checks: [defineProbeCheck('storage', probe, { ttl: 0 })] })
    await ask(watchman)
    await ask(watchman)
    expect(runs()).toBe(2)
  })
})
