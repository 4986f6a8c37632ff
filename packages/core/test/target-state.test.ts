import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Policy,
  type Probe,
  type TargetResult,
} from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask } from '@watchman/test-helpers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordResults } from './plugins.ts'
import { failing, hanging, healthy, scripted } from './probes.ts'
import { recordLog } from './record-log.ts'
import { sleep } from './sleep.ts'

const START = 1_000_000
const TIMEOUT = 100
/** Milliseconds from the start of one run to the next. Three timeouts pass during three of them, and not during two. */
const SPACING = 140

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Makes the probe whose runs are these, such as `'ok fail busy'`. */
function playing(runs: string): Probe {
  let progress = 1
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () =>
        reject(degraded('pool is busy', { cause: signal.reason, progress })),
      )
    })
  const steps: Readonly<Record<string, Probe>> = {
    ok: () => sleep(10),
    slow: () => sleep(60),
    fail: () => sleep(10).then(() => Promise.reject(new Error('down'))),
    timeout: () => new Promise((resolve) => setTimeout(resolve, TIMEOUT + 10)),
    alarm: () => sleep(10).then(() => Promise.reject(degraded('the certificate expires in 3 days'))),
    busy: (signal) => {
      progress += 1 // a connection has changed hands
      return untilAborted(signal)
    },
    stuck: untilAborted,
  }
  const left = runs.split(' ')
  return (signal) => steps[left.shift() ?? '']?.(signal)
}

/** The results of a target after each of its runs. */
async function resultsOf(policy: Policy, runs: string): Promise<readonly TargetResult[]> {
  const target = { probe: playing(runs), timeout: TIMEOUT, ttl: 0, ...policy }
  const watchman = createWatchman({ checks: [defineProbeCheck('databases', { main: target })] })
  const results: TargetResult[] = []
  for (const _ of runs.split(' ')) {
    const report = watchman.report()
    await vi.advanceTimersByTimeAsync(SPACING)
    results.push(...(await report).results)
  }
  return results
}

describe('the state of a target', () => {
  test.each<[title: string, policy: Policy, runs: string, states: string, failures: string]>([
    ['is ok after a success', {}, 'ok ok', 'ok ok', '0 0'],
    ['is failing after a failure', {}, 'fail', 'failing', '1'],
    ['is failing after a timeout', {}, 'ok timeout', 'ok failing', '0 1'],
    [
      'is failing from one failure to the next success',
      {},
      'ok fail fail ok fail',
      'ok failing failing ok failing',
      '0 1 2 0 1',
    ],
    ['is degraded while a backend needs attention', {}, 'alarm ok alarm', 'degraded ok degraded', '0 0 0'],
    [
      'is failing at once where it was never ok, whatever the threshold',
      { failureThreshold: 3 },
      'fail fail',
      'failing failing',
      '1 2',
    ],
    [
      'is failing at once where it timed out and was never ok',
      { failureThreshold: 3 },
      'timeout',
      'failing',
      '1',
    ],
    [
      'is failing at once where it was busy, but never ok',
      { failureThreshold: 3 },
      'busy alarm fail',
      'degraded degraded failing',
      '0 0 1',
    ],
    [
      'is degraded while fewer runs fail than the threshold',
      { failureThreshold: 3 },
      'ok fail fail fail fail',
      'ok degraded degraded failing failing',
      '0 1 2 3 4',
    ],
    [
      'counts timeouts like other failures',
      { failureThreshold: 3 },
      'ok timeout fail timeout',
      'ok degraded degraded failing',
      '0 1 2 3',
    ],
    [
      'tolerates failures after the first success only',
      { failureThreshold: 3 },
      'fail ok fail',
      'failing ok degraded',
      '1 0 1',
    ],
    [
      'counts consecutive failures only',
      { failureThreshold: 2 },
      'ok fail ok fail ok fail fail',
      'ok degraded ok degraded ok degraded failing',
      '0 1 0 1 0 1 2',
    ],
    [
      'does not count busy runs as failures',
      { failureThreshold: 3 },
      'ok busy busy fail',
      'ok degraded degraded degraded',
      '0 0 0 1',
    ],
    [
      'does not forget failures because of busy runs',
      { failureThreshold: 3 },
      'ok fail busy fail alarm fail',
      'ok degraded degraded degraded degraded failing',
      '0 1 1 2 2 3',
    ],
    [
      'stays failing while a target that is down is busy',
      {},
      'fail busy alarm',
      'failing failing failing',
      '1 1 1',
    ],
    [
      'is degraded for as long as a busy pool makes progress',
      { failureThreshold: 1 },
      'ok busy busy busy busy busy busy',
      'ok degraded degraded degraded degraded degraded degraded',
      '0 0 0 0 0 0 0',
    ],
    [
      'is failing after three timeouts and threshold runs without progress',
      { failureThreshold: 3 },
      'ok stuck stuck stuck stuck stuck',
      'ok degraded degraded degraded failing failing',
      '0 0 0 0 0 0',
    ],
    [
      'is not failing before three timeouts have passed without progress',
      { failureThreshold: 1 },
      'ok stuck stuck stuck stuck',
      'ok degraded degraded degraded failing',
      '0 0 0 0 0',
    ],
    [
      'is not failing before the threshold of runs without progress',
      { failureThreshold: 5 },
      'ok stuck stuck stuck stuck stuck stuck',
      'ok degraded degraded degraded degraded degraded failing',
      '0 0 0 0 0 0 0',
    ],
    [
      'waits for progress again once there was some',
      { failureThreshold: 3 },
      'ok stuck stuck stuck busy stuck stuck stuck',
      'ok degraded degraded degraded degraded degraded degraded failing',
      '0 0 0 0 0 0 0 0',
    ],
    [
      'waits for progress again after a success',
      { failureThreshold: 1 },
      'ok stuck ok ok ok stuck',
      'ok degraded ok ok ok degraded',
      '0 0 0 0 0 0',
    ],
    [
      'is never failing because of degraded runs that report no progress',
      { failureThreshold: 1 },
      'ok alarm alarm alarm alarm alarm alarm',
      'ok degraded degraded degraded degraded degraded degraded',
      '0 0 0 0 0 0 0',
    ],
    [
      'recovers from a stuck pool by a success',
      { failureThreshold: 1 },
      'ok stuck stuck stuck stuck ok',
      'ok degraded degraded degraded failing ok',
      '0 0 0 0 0 0',
    ],
    [
      'stays failing when a stuck pool makes progress, until a success',
      { failureThreshold: 1 },
      'ok stuck stuck stuck stuck busy ok',
      'ok degraded degraded degraded failing failing ok',
      '0 0 0 0 0 0 0',
    ],
    ['needs no recovery before the first success', { successThreshold: 3 }, 'ok fail', 'ok failing', '0 1'],
    [
      'is failing until as many runs succeed as the threshold says',
      { successThreshold: 3 },
      'fail ok ok ok',
      'failing failing failing ok',
      '1 0 0 0',
    ],
    [
      'counts consecutive successes only',
      { successThreshold: 2 },
      'fail ok fail ok ok',
      'failing failing failing failing ok',
      '1 0 1 0 0',
    ],
    [
      'does not forget successes because of busy runs',
      { successThreshold: 2 },
      'fail ok busy ok',
      'failing failing failing ok',
      '1 0 0 0',
    ],
    [
      'does not forget successes because of an alarm',
      { successThreshold: 2 },
      'fail ok alarm ok',
      'failing failing failing ok',
      '1 0 0 0',
    ],
    [
      'needs one success only where failures were tolerated',
      { failureThreshold: 2, successThreshold: 2 },
      'ok fail ok',
      'ok degraded ok',
      '0 1 0',
    ],
    [
      'stays failing when a run fails during the recovery',
      { failureThreshold: 2, successThreshold: 2 },
      'ok fail fail ok fail ok ok',
      'ok degraded failing failing failing failing ok',
      '0 1 2 0 1 0 0',
    ],
    [
      'tolerates failures again after a recovery',
      { failureThreshold: 2, successThreshold: 2 },
      'fail ok ok fail fail',
      'failing failing ok degraded failing',
      '1 0 0 1 2',
    ],
    [
      'is degraded where a success takes longer than slowAfter',
      { slowAfter: 50 },
      'slow ok slow',
      'degraded ok degraded',
      '0 0 0',
    ],
    ['is ok where a success takes just as long as slowAfter', { slowAfter: 60 }, 'slow', 'ok', '0'],
    [
      'forgets failures because of a slow success',
      { slowAfter: 50, failureThreshold: 2 },
      'ok fail slow fail',
      'ok degraded degraded degraded',
      '0 1 0 1',
    ],
    [
      'tolerates failures after a slow success',
      { slowAfter: 50, failureThreshold: 2 },
      'slow fail',
      'degraded degraded',
      '0 1',
    ],
    [
      'is degraded once slow successes have ended a recovery',
      { slowAfter: 50, successThreshold: 2 },
      'fail slow slow ok',
      'failing failing degraded ok',
      '1 0 0 0',
    ],
    ['is failing where a slow run fails', { slowAfter: 5 }, 'fail', 'failing', '1'],
    [
      'is degraded instead of failing where it is not critical',
      { critical: false },
      'ok fail ok timeout',
      'ok degraded ok degraded',
      '0 1 0 1',
    ],
    [
      'is degraded where it is not critical and was never ok',
      { critical: false, failureThreshold: 3 },
      'fail',
      'degraded',
      '1',
    ],
    [
      'is degraded while a target recovers that is not critical',
      { critical: false, successThreshold: 2 },
      'fail ok ok',
      'degraded degraded ok',
      '1 0 0',
    ],
    [
      'is degraded where a pool is stuck that is not critical',
      { critical: false },
      'ok stuck stuck stuck stuck',
      'ok degraded degraded degraded degraded',
      '0 0 0 0 0',
    ],
  ])('%s', async (_title, policy, runs, states, failures) => {
    const results = await resultsOf(policy, runs)
    expect(results.map(({ state }) => state).join(' ')).toBe(states)
    expect(results.map(({ failures }) => failures).join(' ')).toBe(failures)
  })
})

describe('the error of a target', () => {
  const errorsOf = async (policy: Policy, runs: string) =>
    (await resultsOf(policy, runs)).map(({ error }) => error)

  test('is that of the run, tolerated or not', async () => {
    expect(await errorsOf({ failureThreshold: 2 }, 'ok fail timeout alarm')).toEqual([
      undefined,
      'down',
      'timed out after 100 ms',
      'the certificate expires in 3 days',
    ])
    expect(await errorsOf({ critical: false }, 'fail')).toEqual(['down'])
    expect(await errorsOf({ failureThreshold: 1 }, 'ok stuck stuck stuck stuck')).toEqual([
      undefined,
      ...Array.from({ length: 4 }, () => 'pool is busy: timed out after 100 ms'),
    ])
  })

  test('counts the successes of a recovery', async () => {
    const errors = await errorsOf({ successThreshold: 3 }, 'fail ok ok ok')
    expect(errors[0]).toBe('down')
    expect(errors[1]).toContain('recovering, 1 of 3')
    expect(errors[2]).toContain('recovering, 2 of 3')
    expect(errors[3]).toBeUndefined()
  })

  test('says how long a slow run took', async () => {
    expect(await errorsOf({ slowAfter: 50 }, 'ok slow')).toEqual([undefined, 'took 60 ms, more than 50 ms'])
  })

  test('is shown in the body, also where the run was a success', async () => {
    const targets = {
      main: { probe: playing('fail ok slow slow'), ttl: 0, successThreshold: 2, slowAfter: 50 },
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets)] })
    const bodies: string[] = []
    for (let round = 0; round < 4; round += 1) {
      const answer = ask(watchman)
      await vi.advanceTimersByTimeAsync(SPACING)
      const { status, text } = await answer
      bodies.push(`${status} ${text}`)
    }
    expect(bodies).toEqual([
      '500 {"databases":[{"main":{"ok":false,"error":"down"}}]}',
      expect.stringMatching(/^500 {"databases":\[{"main":{"ok":false,"error":"recovering, 1 of 2.*"}}\]}$/),
      '200 {"databases":[{"main":{"ok":false,"error":"took 60 ms, more than 50 ms"}}]}',
      '200 {"databases":[{"main":{"ok":false,"error":"took 60 ms, more than 50 ms"}}]}',
    ])
  })

  test('of a function that recovers replaces its object, which says that it is ok', async () => {
    const answers = [false, true, true]
    const check = defineCheck('queue', () => ({ queue: { ok: answers.shift() } }), { successThreshold: 2 })
    const watchman = createWatchman({ checks: [check] })
    const bodies: unknown[] = []
    for (let round = 0; round < 3; round += 1) bodies.push((await watchman.report()).body)
    expect(bodies).toEqual([
      { queue: { ok: false } },
      { queue: { ok: false, error: expect.stringContaining('recovering, 1 of 2') } },
      { queue: { ok: true } },
    ])
  })
})

describe('the times of a target', () => {
  test('are those of its latest run, its latest success, and its latest change of state', async () => {
    const results = await resultsOf({ failureThreshold: 2, slowAfter: 50 }, 'ok ok fail fail fail slow ok ok')
    const began = (run: number) => START + run * SPACING
    expect(results.map(({ startedAt }) => startedAt)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(began))
    expect(results.map(({ duration }) => Math.round(duration))).toEqual([10, 10, 10, 10, 10, 60, 10, 10])
    expect(results.map(({ since }) => since)).toEqual([
      began(0) + 10,
      began(0) + 10, // still ok
      began(2) + 10, // degraded
      began(3) + 10, // failing
      began(3) + 10,
      began(5) + 60, // degraded
      began(6) + 10, // ok
      began(6) + 10,
    ])
    expect(results.map(({ lastOkAt }) => lastOkAt)).toEqual([
      began(0) + 10,
      ...[1, 1, 1, 1].map((run) => began(run) + 10),
      began(5) + 60,
      began(6) + 10,
      began(7) + 10,
    ])
  })

  test('have no latest success before the first one', async () => {
    const results = await resultsOf({}, 'fail alarm timeout')
    expect(results.map(({ lastOkAt }) => lastOkAt)).toEqual([undefined, undefined, undefined])
    expect(results.map(({ timedOut }) => timedOut)).toEqual([undefined, undefined, true])
  })

  test('have a latest success also during a recovery', async () => {
    const results = await resultsOf({ successThreshold: 2 }, 'fail ok')
    expect(results.map(({ state, lastOkAt }) => [state, lastOkAt])).toEqual([
      ['failing', undefined],
      ['failing', START + SPACING + 10],
    ])
  })

  test('follow the state that is shown, where a target is not critical', async () => {
    const results = await resultsOf({ critical: false, failureThreshold: 2 }, 'ok fail fail fail')
    expect(results.map(({ since }) => since)).toEqual([
      START + 10,
      ...Array.from({ length: 3 }, () => START + SPACING + 10),
    ])
  })
})

describe('one failing run', () => {
  test('is one failure for all callers whose deadline passes meanwhile, who get the latest result', async () => {
    const { probe, runs } = scripted(
      healthy,
      () => sleep(400).then(() => Promise.reject(new Error('down'))),
      hanging().probe,
    )
    const check = defineProbeCheck('databases', probe, { failureThreshold: 3, ttl: 0 })
    const watchman = createWatchman({ checks: [check], deadline: 50 })
    await watchman.report()
    for (let caller = 0; caller < 4; caller += 1) {
      const answer = ask(watchman)
      await vi.advanceTimersByTimeAsync(60)
      const { status, headers, body } = await answer
      expect([status, headers.get('x-watchman-status'), body]).toEqual([
        200,
        'ok',
        { databases: { ok: true } },
      ])
    }
    await vi.advanceTimersByTimeAsync(400)
    expect(watchman.snapshot().results).toMatchObject([{ state: 'degraded', failures: 1, error: 'down' }])
    expect(runs()).toBe(2)
    await watchman.close()
  })

  test('is one failure for callers who wait for it until their timeout', async () => {
    const { events, plugin } = recordResults()
    const { probe } = scripted(healthy, hanging().probe)
    const check = defineProbeCheck('databases', probe, { failureThreshold: 3, ttl: 0, timeout: 100 })
    const watchman = createWatchman({ checks: [check], plugins: [plugin] })
    await watchman.report()
    for (let caller = 0; caller < 3; caller += 1) {
      const report = watchman.report()
      await vi.advanceTimersByTimeAsync(101)
      expect((await report).results).toMatchObject([{ state: 'degraded', failures: 1 }])
    }
    expect(events.map(({ result }) => result.failures)).toEqual([0, 1])
    await watchman.close()
  })

  test('is one failure together with those that ran at the same time', async () => {
    const down = { value: false }
    const run = async () => {
      await sleep(20)
      return { own: { ok: !down.value } }
    }
    const watchman = createWatchman({ checks: [defineCheck('own', run, { failureThreshold: 3 })] })
    const reportsOf = async (count: number) => {
      const reports = Promise.all(Array.from({ length: count }, () => watchman.report()))
      await vi.advanceTimersByTimeAsync(20)
      return (await reports).map(({ results }) => `${results[0]?.state} ${results[0]?.failures}`)
    }
    expect(await reportsOf(1)).toEqual(['ok 0'])
    down.value = true
    expect(await reportsOf(4)).toEqual(Array.from({ length: 4 }, () => 'degraded 1'))
    expect(await reportsOf(4)).toEqual(Array.from({ length: 4 }, () => 'degraded 2'))
    expect(await reportsOf(4)).toEqual(Array.from({ length: 4 }, () => 'failing 3'))
  })

  test('is no failure where close() aborts it', async () => {
    const { events, plugin } = recordResults()
    const { messages, logger } = recordLog()
    const { probe } = scripted(healthy, hanging().probe)
    const check = defineProbeCheck('databases', probe, { ttl: 0 })
    const watchman = createWatchman({ checks: [check], plugins: [plugin], logger })
    await watchman.report()
    const report = watchman.report()
    void watchman.close()
    await vi.advanceTimersByTimeAsync(10)
    await report
    expect(events.map(({ result }) => result.state)).toEqual(['ok'])
    expect(messages()).toEqual([])
  })
})

describe('a pending target', () => {
  const hung = () => hanging().probe
  const stateOf = async (targets: Parameters<typeof defineProbeCheck>[1]) => {
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets)], deadline: 50 })
    const answer = ask(watchman)
    await vi.advanceTimersByTimeAsync(50)
    const { status, headers, text } = await answer
    await watchman.close()
    return { status, state: headers.get('x-watchman-status'), text }
  }

  test('makes the report pending: 503', async () => {
    expect(await stateOf({ a: healthy, b: hung() })).toMatchObject({ status: 503, state: 'pending' })
  })

  test('does not count where it is not critical, but is shown', async () => {
    expect(await stateOf({ a: healthy, b: { probe: hung(), critical: false } })).toEqual({
      status: 200,
      state: 'ok',
      text: '{"databases":[{"a":{"ok":true}},{"b":{"ok":false,"error":"no result yet"}}]}',
    })
    expect(await stateOf({ b: { probe: hung(), critical: false } })).toMatchObject({
      status: 200,
      state: 'ok',
    })
    expect(await stateOf({ a: hung(), b: { probe: hung(), critical: false } })).toMatchObject({
      state: 'pending',
    })
  })

  test('keeps its state in its result, and does not count in a snapshot either', () => {
    const targets = { a: { probe: healthy, critical: false } }
    const { state, results } = createWatchman({ checks: [defineProbeCheck('databases', targets)] }).snapshot()
    expect([state, results[0]?.state]).toEqual(['ok', 'pending'])
  })
})

describe('the state of a report', () => {
  const alarm = () => Promise.reject(degraded('full'))
  const probes = { ok: healthy, degraded: alarm, pending: hanging().probe, failing }
  const order = ['ok', 'degraded', 'pending', 'failing'] as const

  test.each(order.flatMap((one) => order.map((other) => [one, other] as const)))(
    'of a target that is %s and one that is %s is the worse',
    async (one, other) => {
      const checks = [
        defineProbeCheck('one', probes[one]),
        defineProbeCheck('other', { main: probes[other] }),
      ]
      const watchman = createWatchman({ checks, deadline: 50 })
      const report = watchman.report()
      await vi.advanceTimersByTimeAsync(50)
      const worst = order[Math.max(order.indexOf(one), order.indexOf(other))]
      expect((await report).state).toBe(worst)
      expect((await report).results.map(({ state }) => state)).toEqual([one, other])
      expect(watchman.snapshot().state).toBe(worst)
      await watchman.close()
    },
  )
})
