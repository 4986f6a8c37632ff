import { createWatchman, defineCheck, defineProbeCheck, type Policy, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hanging, healthy, scripted } from './probes.ts'
import { recordLog } from './record-log.ts'

const START = Date.UTC(2026, 0, 1)
const TIMEOUT = 100
const MINUTE = 60_000
/** A run that is aborted has this much time to say why, in milliseconds: a turn of the event loop. */
const TURN = 1
/** When a run that does not settle has been answered. */
const ANSWERED = TIMEOUT + TURN

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Makes a watchman of a probe, and notes when each of its runs started, in milliseconds since `START`. */
function timing(probe: Probe, policy: Policy) {
  const starts: number[] = []
  const noted: Probe = (signal) => {
    starts.push(Date.now() - START)
    return probe(signal)
  }
  const checks = [defineProbeCheck('email', noted, { timeout: TIMEOUT, ttl: 0, ...policy })]
  return { starts, watchman: createWatchman({ checks }) }
}

/** Asks again as soon as there is an answer, until the clock has advanced by `duration` milliseconds. */
async function keepAsking(watchman: { report(): Promise<unknown> }, duration: number): Promise<void> {
  let isOver = false
  const asking = async () => {
    while (!isOver) {
      await watchman.report()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  void asking()
  await vi.advanceTimersByTimeAsync(duration)
  isOver = true
}

describe('a promise that never settles', () => {
  test.each<[kind: string, policy: Policy]>([
    ['with a ttl', { ttl: 10 }],
    ['in the background', { interval: 50 }],
    ['in the background at long intervals', { interval: 350 }],
  ])('does not keep a target failing: %s', async (_kind, policy) => {
    const { probe } = scripted(hanging().probe, healthy)
    const { watchman } = timing(probe, policy)
    const first = watchman.report()
    await vi.advanceTimersByTimeAsync(ANSWERED)
    expect((await first).state).toBe('failing')
    await vi.advanceTimersByTimeAsync(3 * TIMEOUT)
    const later = watchman.report()
    await vi.advanceTimersByTimeAsync(TIMEOUT)
    expect((await later).state).toBe('ok')
    await watchman.close()
  })

  test('does not keep a function without a ttl failing, which starts at once', async () => {
    let runs = 0
    const run = () => {
      runs += 1
      return runs === 1 ? new Promise<never>(() => {}) : { own: runs }
    }
    const watchman = createWatchman({ checks: [defineCheck('own', run, { timeout: TIMEOUT })] })
    const first = ask(watchman)
    await vi.advanceTimersByTimeAsync(ANSWERED)
    expect((await first).status).toBe(500)
    expect(await ask(watchman)).toMatchObject({ status: 200, body: { own: 2 } })
  })
})

describe('the next run', () => {
  test('starts as soon as the overdue run settles', async () => {
    const late: Probe = () => new Promise((resolve) => setTimeout(resolve, 250))
    const { starts, watchman } = timing(scripted(late, healthy).probe, {})
    await keepAsking(watchman, 300)
    expect(starts.slice(0, 2)).toEqual([0, 250])
  })

  test('starts after three timeouts in place of an overdue run, then after twice as many with each further one', async () => {
    const { starts, watchman } = timing(hanging().probe, {})
    await keepAsking(watchman, 100 * TIMEOUT)
    const pauses = starts.slice(1).map((start, index) => start - (starts[index] ?? 0) - ANSWERED)
    expect(pauses).toEqual([3, 6, 12, 24, 48].map((timeouts) => timeouts * TIMEOUT))
    await watchman.close()
  })

  test('waits five minutes at most', async () => {
    const { starts, watchman } = timing(hanging().probe, { timeout: MINUTE })
    await keepAsking(watchman, 30 * MINUTE)
    expect(starts.map((start) => Math.floor(start / MINUTE))).toEqual([0, 4, 10, 16, 22, 28])
    await watchman.close()
  })

  test('waits three timeouts again once a run has succeeded', async () => {
    const hung = hanging().probe
    const { starts, watchman } = timing(scripted(hung, hung, healthy, hung, healthy).probe, {})
    await keepAsking(watchman, 20 * TIMEOUT)
    const [, , success = 0, lost = 0, after = 0] = starts
    expect(success).toBe(11 * TIMEOUT + 2 * TURN)
    expect(after - lost).toBe(4 * TIMEOUT + TURN)
    await watchman.close()
  })

  test('has the whole timeout, though its callers had to wait', async () => {
    const slow: Probe = () => new Promise((resolve) => setTimeout(resolve, 0.8 * TIMEOUT))
    const { watchman } = timing(scripted(hanging().probe, slow).probe, {})
    await keepAsking(watchman, 5 * TIMEOUT)
    expect(watchman.snapshot().state).toBe('ok')
    await watchman.close()
  })

  test('does not start after close()', async () => {
    const { starts, watchman } = timing(hanging().probe, { interval: 10 })
    watchman.start()
    await vi.advanceTimersByTimeAsync(2 * TIMEOUT)
    const waiting = watchman.report()
    await watchman.close()
    expect((await waiting).results).toEqual([])
    await vi.advanceTimersByTimeAsync(10 * TIMEOUT)
    expect(starts).toEqual([0])
  })
})

describe('while a run has to wait', () => {
  test('each caller gets the latest result at its timeout, and pending once that is older than three timeouts', async () => {
    const { watchman } = timing(scripted(healthy, hanging().probe).probe, { ttl: 0 })
    await watchman.report()
    const seen: string[] = []
    const asking = async () => {
      for (let round = 0; round < 14; round += 1) {
        const before = Date.now()
        const { results } = await watchman.report()
        expect(Date.now() - before).toBeLessThanOrEqual(ANSWERED)
        seen.push(`${results[0]?.state} ${results[0]?.error}`)
      }
    }
    const asked = asking()
    await vi.advanceTimersByTimeAsync(14 * ANSWERED)
    await asked
    const since = new Date(START + ANSWERED).toISOString()
    const timedOut = `failing timed out after ${TIMEOUT} ms`
    const one = `1 run has not settled since ${since}`
    const two = `2 runs have not settled, the first since ${since}`
    expect([...new Set(seen)]).toEqual([
      timedOut,
      `${timedOut}: ${one}`,
      `pending no result yet: ${two}`,
      `${timedOut}: ${two}`,
    ])
    await watchman.close()
  })

  test("nothing of that appears under details: 'none'", async () => {
    const check = defineProbeCheck('email', hanging().probe, { timeout: TIMEOUT, ttl: 0 })
    const watchman = createWatchman({ checks: [check], details: 'none' })
    await keepAsking(watchman, 7 * TIMEOUT)
    const answer = ask(watchman)
    await vi.advanceTimersByTimeAsync(ANSWERED)
    expect((await answer).body).toEqual({ email: { ok: false } })
    await watchman.close()
  })

  test('the log tells once of the failure, with its duration', async () => {
    const { messages, logger } = recordLog()
    const check = defineProbeCheck('email', hanging().probe, { timeout: TIMEOUT, ttl: 0 })
    const watchman = createWatchman({ checks: [check], logger })
    await keepAsking(watchman, 20 * TIMEOUT)
    expect(messages()).toEqual([`[watchman] email failed: timed out after ${TIMEOUT} ms`])
    await watchman.close()
  })
})

describe('runs of a function without a ttl', () => {
  /** A function that hangs until `release` is called. */
  function gated() {
    const starts: number[] = []
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const check = defineCheck(
      'own',
      async ({ url }) => {
        starts.push(Date.now() - START)
        await gate
        return { own: new URL(url).search }
      },
      { timeout: TIMEOUT },
    )
    return { starts, release: () => release(), watchman: createWatchman({ checks: [check] }) }
  }

  test('are 64 at most; each caller that has no run in time gets an answer in time', async () => {
    const { starts, watchman } = gated()
    const asked = Promise.all(Array.from({ length: 200 }, (_, index) => ask(watchman, `/?${index}`)))
    await vi.advanceTimersByTimeAsync(ANSWERED)
    expect((await asked).map(({ status }) => status)).not.toContain(200)
    expect(starts).toHaveLength(64)
  })

  test('start in the order of their requests as soon as others have ended, each with its own request', async () => {
    const { starts, release, watchman } = gated()
    const asked = Promise.all(Array.from({ length: 200 }, (_, index) => ask(watchman, `/?${index}`)))
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2)
    release()
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2)
    expect((await asked).map(({ body }) => body)).toEqual(
      Array.from({ length: 200 }, (_, index) => ({ own: `?${index}` })),
    )
    expect(starts).toHaveLength(200)
  })

  test('leave the count when they have been overdue for three timeouts', async () => {
    const { starts, watchman } = gated()
    const poll = async () => {
      for (;;) await Promise.all(Array.from({ length: 64 }, () => ask(watchman)))
    }
    void poll()
    await vi.advanceTimersByTimeAsync(ANSWERED + 3 * TIMEOUT - 1)
    expect(starts).toHaveLength(64)
    await vi.advanceTimersByTimeAsync(1)
    expect(starts).toHaveLength(128)
  })

  test('are one for requests that need no body: /bare, and reports without a request', async () => {
    const { starts, release, watchman } = gated()
    const asked = Promise.all([
      ...Array.from({ length: 500 }, () => ask(watchman, '/bare')),
      watchman.report(),
      watchman.select({ check: ['own'] }).report(),
    ])
    await vi.advanceTimersByTimeAsync(10)
    expect(starts).toHaveLength(1)
    const own = ask(watchman, '/?mine')
    release()
    await asked
    expect((await own).body).toEqual({ own: '?mine' })
    expect(starts).toHaveLength(2)
  })
})
