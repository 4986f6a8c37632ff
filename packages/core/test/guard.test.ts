import { createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import { ask, hanging, sleep } from './ask.ts'

const timedOut = (timeout: number) => ({ ok: false, error: `timed out after ${timeout} ms` })

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

describe('the deadline', () => {
  test('answers for a hung target, whose siblings and other checks still report', async () => {
    const watchman = createWatchman({
      checks: [
        defineProbeCheck('databases', { hung: hanging().probe, well: async () => {} }, { timeout: 50 }),
        defineProbeCheck('email', hanging().probe, { timeout: 80 }),
        defineCheck('own', () => new Promise<never>(() => {}), { timeout: 60 }),
        defineCheck('x', () => ({ x: 1 })),
      ],
    })
    const started = performance.now()
    const { status, body } = await ask(watchman)
    expect(performance.now() - started).toBeLessThan(80 + 250)
    expect(status).toBe(500)
    expect(body).toEqual({
      databases: [{ hung: timedOut(50) }, { well: { ok: true } }],
      email: timedOut(80),
      own: timedOut(60),
      x: 1,
    })
  })

  test('is 5 seconds unless set', async () => {
    const { body } = await ask(createWatchman({ checks: [defineProbeCheck('email', hanging().probe)] }))
    expect(body).toEqual({ email: timedOut(5000) })
  })

  test('of the whole report answers with what is known', async () => {
    const hung = hanging()
    const check = defineProbeCheck('databases', { hung: hung.probe, well: async () => {} }, { timeout: 2000 })
    const own = defineCheck('own', () => new Promise<never>(() => {}))
    const watchman = createWatchman({ checks: [check, own], deadline: 50 })
    const started = performance.now()
    const { status, body } = await ask(watchman)
    expect(performance.now() - started).toBeLessThan(50 + 250)
    expect([status, body]).toEqual([
      500,
      { databases: [{ hung: timedOut(50) }, { well: { ok: true } }], own: timedOut(50) },
    ])
    expect((await ask(watchman, '/?check=databases')).status).toBe(500)
    expect(hung.started()).toBe(1)
  })

  test('tells the run to give up', async () => {
    const reasons: string[] = []
    const probe: Probe = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason.message)
          reject(new Error('gave up'))
        })
      })
    const { body } = await ask(
      createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 30 })] }),
    )
    expect(body).toEqual({ email: timedOut(30) })
    expect(reasons).toEqual(['timed out after 30 ms'])
  })

  test('lets the probe say what it knows, by an error whose cause is the reason', async () => {
    const probe: Probe = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('pool has no free connection (10 of 10 in use)', { cause: signal.reason }))
        })
      })
    const { body } = await ask(
      createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 30 })] }),
    )
    expect(body).toEqual({
      email: { ok: false, error: 'pool has no free connection (10 of 10 in use): timed out after 30 ms' },
    })
  })

  test('is not met by a probe that resolves because it was told to give up', async () => {
    const probe: Probe = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve))
    const { body } = await ask(
      createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 30 })] }),
    )
    expect(body).toEqual({ email: timedOut(30) })
  })

  test('makes a late result worth nothing', async () => {
    const { probe } = counting(60)
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', probe, { timeout: 30, ttl: 1000 })],
    })
    expect((await ask(watchman)).status).toBe(500)
    await sleep(60)
    expect((await ask(watchman)).body).toEqual({ email: timedOut(30) })
  })
})

describe('single flight', () => {
  test('lets a hundred requests that arrive together share one run', async () => {
    const { probe, state } = counting(30)
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', { a: probe }, { ttl: 0 })] })
    const paths = Array.from({ length: 100 }, (_, index) => ['/', '/bare', '/?check=databases'][index % 3])
    const answers = await Promise.all(paths.map((path) => ask(watchman, path)))
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200))
    expect(state).toEqual({ runs: 1, running: 0, most: 1 })
  })

  test('holds across two endpoints that share a check', async () => {
    const { probe, state } = counting(30)
    const checks = [defineProbeCheck('databases', { a: probe })]
    await Promise.all([ask(createWatchman({ checks })), ask(createWatchman({ checks }))])
    expect(state.runs).toBe(1)
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

  test('never starts a probe that has not ended; each caller still has a deadline', async () => {
    const hung = hanging()
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', hung.probe, { timeout: 20, ttl: 0 })],
    })
    for (let round = 0; round < 5; round += 1) {
      expect((await ask(watchman)).body).toEqual({ email: timedOut(20) })
    }
    expect(hung.started()).toBe(1)
  })

  test('starts anew for who waits, as soon as the overdue run has ended', async () => {
    const delays = [600, 0]
    const runs: number[] = []
    const probe = async () => {
      runs.push(runs.length)
      await sleep(delays[runs.length - 1] ?? 0)
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 400, ttl: 0 })] })
    expect((await ask(watchman)).status).toBe(500)
    expect((await ask(watchman)).body).toEqual({ email: { ok: true } })
    expect(runs).toHaveLength(2)
  })
})

describe('reuse', () => {
  test('of a failure that was thrown at once ends as that of any other', async () => {
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
    const { probe, state } = counting(0)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 150 })] })
    for (let round = 0; round < 50; round += 1) await ask(watchman)
    expect(state.runs).toBe(1)
    await sleep(170)
    await ask(watchman)
    expect(state.runs).toBe(2)
  })

  test('of a selected check is the same', async () => {
    const { probe, state } = counting(0)
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', probe), defineProbeCheck('caches', probe)],
    })
    for (let round = 0; round < 20; round += 1) await ask(watchman, '/?check=email')
    expect(state.runs).toBe(1)
    await ask(watchman)
    expect(state.runs).toBe(2)
  })

  test('of a failure ends after a second at most', async () => {
    const state = { down: true }
    const { probe, state: counted } = counting(0, () => state.down)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 60_000 })] })
    expect((await ask(watchman)).status).toBe(500)
    state.down = false
    expect((await ask(watchman)).status).toBe(500)
    await sleep(1050)
    expect((await ask(watchman)).status).toBe(200)
    expect(counted.runs).toBe(2)
  })

  test('reports one target down while another is reused', async () => {
    const state = { down: false }
    const checks = [
      defineProbeCheck('email', async () => {}, { ttl: 60_000 }),
      defineProbeCheck('caches', { default: counting(0, () => state.down).probe }, { ttl: 0 }),
    ]
    const watchman = createWatchman({ checks })
    expect((await ask(watchman)).status).toBe(200)
    state.down = true
    expect((await ask(watchman)).body).toEqual({
      email: { ok: true },
      caches: [{ default: { ok: false, error: 'down' } }],
    })
  })
})

describe('a plain function', () => {
  test('sees its own request, also when many arrive together', async () => {
    const echo = defineCheck('echo', async (request) => {
      await sleep(10)
      return { path: new URL(request.url).searchParams.get('n') }
    })
    const watchman = createWatchman({ checks: [echo, defineProbeCheck('email', async () => {})] })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(watchman, `/?n=${n}`)))
    expect(answers.map(({ body }) => body)).toEqual(
      answers.map((_, n) => ({ path: `${n}`, email: { ok: true } })),
    )
  })

  test('that hangs is not started again by later requests', async () => {
    const hung = hanging()
    const watchman = createWatchman({ checks: [defineCheck('own', hung.probe, { timeout: 30 })] })
    await Promise.all([ask(watchman), ask(watchman)])
    expect(hung.started()).toBe(2)
    const started = performance.now()
    expect((await ask(watchman)).body).toEqual({ own: timedOut(30) })
    expect(performance.now() - started).toBeLessThan(30 + 250)
    expect(hung.started()).toBe(2)
  })

  test('with a ttl is shared and reused', async () => {
    const runs: string[] = []
    const check = defineCheck('own', () => ({ own: runs.push('run') }), { ttl: 1000 })
    const watchman = createWatchman({ checks: [check] })
    await Promise.all([ask(watchman), ask(watchman, '/bare'), ask(watchman, '/?check=own')])
    expect((await ask(watchman)).body).toEqual({ own: 1 })
  })

  test('gets a signal that aborts at its deadline', async () => {
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

describe('a check without a runner', () => {
  test('answers by its own run', async () => {
    const { signal } = new AbortController()
    const request = new Request('http://localhost/')
    const many = defineProbeCheck('databases', { b: async () => {}, a: async () => {} })
    expect(await many.run(request, { signal })).toEqual({
      databases: [{ a: { ok: true } }, { b: { ok: true } }],
    })
    expect(await defineProbeCheck('email', async () => {}).run(request, { signal })).toEqual({
      email: { ok: true },
    })
  })
})

describe('idle', () => {
  test('nothing runs before it is asked, and no timer stays behind', async () => {
    const { probe, state } = counting(0)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 60_000 })] })
    await sleep(20)
    expect(state.runs).toBe(0)
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    await ask(watchman)
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(
      before,
    )
  })
})

describe('a failure that leaves something to be done', () => {
  /** Fails at once, and has ended when it is told to. */
  function leaving() {
    const ends: (() => void)[] = []
    const probe: Probe = () => {
      const until = new Promise<void>((resolve) => ends.push(resolve))
      return Promise.reject(Object.assign(new Error('no space left'), { until }))
    }
    return { ends, probe }
  }

  test('is answered at once, and followed by no run before that has ended', async () => {
    const { ends, probe } = leaving()
    const watchman = createWatchman({
      checks: [defineProbeCheck('storage', probe, { timeout: 100, ttl: 0 })],
    })
    expect((await ask(watchman)).body).toEqual({ storage: { ok: false, error: 'no space left' } })
    expect((await ask(watchman)).body).toEqual({ storage: { ok: false, error: 'no space left' } })
    expect(ends).toHaveLength(1)
    ends[0]?.()
    expect((await ask(watchman)).body).toEqual({ storage: { ok: false, error: 'no space left' } })
    expect(ends).toHaveLength(2)
  })

  test('says what it waits for when it was told to give up', async () => {
    const runs: unknown[] = []
    const probe: Probe = (signal) =>
      new Promise((_resolve, reject) => {
        runs.push(signal)
        signal.addEventListener('abort', () => {
          const error = new Error('/srv does not answer', { cause: signal.reason })
          reject(Object.assign(error, { until: new Promise(() => {}) }))
        })
      })
    const watchman = createWatchman({
      checks: [defineProbeCheck('storage', probe, { timeout: 30, ttl: 0 })],
    })
    for (let round = 0; round < 3; round += 1) {
      expect((await ask(watchman)).body).toEqual({
        storage: { ok: false, error: '/srv does not answer: timed out after 30 ms' },
      })
    }
    expect(runs).toHaveLength(1)
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('cleaning'))],
    ['is no promise', () => 'soon'],
  ])('is followed by the next run where that %s', async (_how, until) => {
    const runs: unknown[] = []
    const probe = () => {
      runs.push(1)
      return Promise.reject(Object.assign(new Error('down'), { until: until() }))
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('storage', probe, { ttl: 0 })] })
    await ask(watchman)
    await ask(watchman)
    expect(runs).toHaveLength(2)
  })
})
