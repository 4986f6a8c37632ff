import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type ResultListener,
  type TargetResult,
} from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { pluginOf, recordResults } from './plugins.ts'
import { failing, hanging, healthy, scripted, switchable } from './probes.ts'
import { recordLog } from './record-log.ts'
import { sleep } from './sleep.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()
afterEach(() => {
  vi.useRealTimers()
})

describe('a listener', () => {
  test('is called once for each completed run, whoever asked, and not for results that are reused', async () => {
    const { events, plugin } = recordResults()
    const checks = [
      defineProbeCheck('databases', { a: healthy, b: failing }),
      defineProbeCheck('email', healthy),
    ]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    for (let round = 0; round < 10; round += 1) await ask(watchman)
    await ask(watchman, '/bare?check=email')
    await watchman.select({ skip: ['email'] }).report()
    await ask(watchman, '/?check=unknown')
    watchman.snapshot()
    expect(events.map(({ result }) => `${result.id} ${result.state}`).sort()).toEqual([
      'databases.a ok',
      'databases.b failing',
      'email ok',
    ])
  })

  test('receives the result that the report shows', async () => {
    const { events, plugin } = recordResults()
    const own = defineCheck('queue', () => ({ size: 3 }))
    const watchman = createWatchman({ checks: [own, defineProbeCheck('email', failing)], plugins: [plugin] })
    const { results } = await watchman.report()
    expect(events.map(({ result }) => result)).toEqual(results)
    expect(results[0]?.details).toEqual({ size: 3 })
  })

  test('receives the result before it, and none with the first', async () => {
    const { events, plugin } = recordResults()
    const { probe } = scripted(failing, healthy, failing)
    const checks = [defineProbeCheck('databases', { a: probe, b: healthy }, { ttl: 0 })]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    for (let round = 0; round < 3; round += 1) await ask(watchman)
    const ofA = events.filter(({ result }) => result.id === 'databases.a')
    expect(ofA.map(({ result, previous }) => [previous?.state, result.state])).toEqual([
      [undefined, 'failing'],
      ['failing', 'ok'],
      ['ok', 'failing'],
    ])
    expect(ofA[1]?.previous).toEqual(ofA[0]?.result)
    expect(
      events.filter(({ result }) => result.id === 'databases.b').every(({ result }) => result.state === 'ok'),
    ).toBe(true)
  })

  test('is called for runs in the background, which nobody asked for', async () => {
    const { events, plugin } = recordResults()
    const { probe, state } = switchable()
    const checks = [
      defineProbeCheck('email', probe, { interval: 10 }),
      defineProbeCheck('caches', { a: healthy }),
    ]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    watchman.start()
    await expect.poll(() => events.length).toBeGreaterThan(2)
    await watchman.close()
    expect(new Set(events.map(({ result }) => result.id))).toEqual(new Set(['email']))
    expect(events).toHaveLength(state.runs)
    expect(events[2]?.previous).toEqual(events[1]?.result)
  })

  test('is called for every run of a function without a ttl', async () => {
    const { events, plugin } = recordResults()
    const watchman = createWatchman({
      checks: [defineCheck('own', ({ url }) => ({ url }))],
      plugins: [plugin],
    })
    await Promise.all([ask(watchman, '/?a'), ask(watchman, '/?b'), ask(watchman, '/?c')])
    expect(events).toHaveLength(3)
  })

  test('is called once for a run that timed out, also when it settles later', async () => {
    const { events, plugin } = recordResults()
    const check = defineProbeCheck('email', () => sleep(60), { timeout: 20 })
    const watchman = createWatchman({ checks: [check], plugins: [plugin] })
    await ask(watchman)
    await sleep(80)
    expect(events.map(({ result }) => [result.state, result.timedOut])).toEqual([['failing', true]])
  })

  test('is called when a run ends after the deadline of the report, and not at the deadline', async () => {
    vi.useFakeTimers()
    const { events, plugin } = recordResults()
    const check = defineProbeCheck('email', () => sleep(100))
    const watchman = createWatchman({ checks: [check], plugins: [plugin], deadline: 20 })
    const report = watchman.report()
    await vi.advanceTimersByTimeAsync(20)
    expect((await report).state).toBe('pending')
    expect(events).toEqual([])
    await vi.advanceTimersByTimeAsync(80)
    expect(events.map(({ result }) => result.state)).toEqual(['ok'])
  })

  test('is not called for a run that close() aborts', async () => {
    const { events, plugin } = recordResults()
    const { probe } = scripted(healthy, hanging().probe)
    const checks = [defineProbeCheck('email', probe, { ttl: 0 })]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    await ask(watchman)
    const answer = ask(watchman)
    await watchman.close()
    await answer
    expect(events).toHaveLength(1)
  })

  test('is called after those that were registered before it, of the same plugin or another', async () => {
    const called: string[] = []
    const plugins = ['one', 'two'].map((name) =>
      pluginOf((host) => {
        host.onResult(() => called.push(`${name} first`))
        host.onResult(() => called.push(`${name} second`))
      }, name),
    )
    await ask(createWatchman({ checks: [defineProbeCheck('email', healthy)], plugins }))
    expect(called).toEqual(['one first', 'one second', 'two first', 'two second'])
  })
})

describe('a listener of a plugin', () => {
  const fail = () => {
    throw new Error('disk full')
  }
  /** An object that looks like a promise. */
  const thenable = (then: () => void) => Object.fromEntries([['then', then]])
  const unreadable: ResultListener = () => Object.defineProperty({}, 'then', { get: fail })

  /** The status of two requests with this listener, the lines that were logged, and what the next listener received. */
  async function outcomeOf(listener: ResultListener) {
    const { lines, logger } = recordLog()
    const { events, plugin } = recordResults()
    const failingPlugin = pluginOf((host) => host.onResult(listener), 'statsd')
    const checks = [defineProbeCheck('email', healthy, { ttl: 0 })]
    const watchman = createWatchman({ checks, plugins: [failingPlugin, plugin], logger })
    const statuses = [(await ask(watchman)).status, (await ask(watchman)).status]
    await sleep(5)
    const written = lines.map(({ level, message }) => `${level} ${message}`)
    return { statuses, lines: written, received: events.length }
  }

  test.each([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('disk full'))],
    ['rejects later', () => sleep(1).then(fail)],
    ['returns a thenable that throws', () => thenable(fail)],
    ['returns a thenable that cannot be read', unreadable],
  ])('that %s changes no answer, stops no other listener, and is logged once', async (_what, listener) => {
    expect(await outcomeOf(listener)).toEqual({
      statuses: [200, 200],
      lines: ['error [watchman] listener of plugin "statsd" failed: disk full'],
      received: 2,
    })
  })

  test.each([
    ['never resolves', () => new Promise<never>(() => {})],
    ['returns null', () => null],
    ['returns a thenable that never calls back', () => thenable(() => {})],
  ])('that %s changes no answer, and nothing is logged', async (_what, listener) => {
    expect(await outcomeOf(listener)).toEqual({ statuses: [200, 200], lines: [], received: 2 })
  })

  test('that works again is logged as such', async () => {
    const { messages, logger } = recordLog()
    const steps = [fail, fail, () => {}]
    const plugin = pluginOf((host) => host.onResult(() => steps.shift()?.()), 'statsd')
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', healthy, { ttl: 0 })],
      plugins: [plugin],
      logger,
    })
    for (let round = 0; round < 3; round += 1) await ask(watchman)
    expect(messages()).toEqual([
      '[watchman] listener of plugin "statsd" failed: disk full',
      '[watchman] listener of plugin "statsd" works again',
    ])
  })

  test('that fails does not end the background', async () => {
    const { probe, state } = switchable()
    const plugin = pluginOf((host) => host.onResult(fail))
    const checks = [defineProbeCheck('email', probe, { interval: 10 })]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    watchman.start()
    await expect.poll(() => state.runs).toBeGreaterThan(3)
    await watchman.close()
  })

  test('that asks for a report gets one', async () => {
    const states: string[] = []
    const plugin = pluginOf((host) => {
      const all = host.select()
      host.onResult(async () => states.push((await all.report()).state, all.snapshot().state))
    })
    const watchman = createWatchman({ checks: [defineProbeCheck('email', healthy)], plugins: [plugin] })
    await ask(watchman)
    await expect.poll(() => states).toEqual(['ok', 'ok'])
  })

  test('cannot change what the report shows', async () => {
    const { messages, logger } = recordLog()
    const plugin = pluginOf((host) => {
      host.onResult((result) => Object.assign(result, { state: 'ok', error: 'fine' }))
    }, 'editor')
    const watchman = createWatchman({
      checks: [defineProbeCheck('email', failing)],
      plugins: [plugin],
      logger,
    })
    expect(await ask(watchman)).toMatchObject({ status: 500, body: { email: { ok: false, error: 'down' } } })
    expect(watchman.snapshot().results).toMatchObject([{ state: 'failing', error: 'down' }])
    expect(
      messages().filter((message) => message.includes('listener of plugin "editor" failed')),
    ).toHaveLength(1)
  })

  test('must be a function', () => {
    for (const value of [undefined, null, 'log', {}]) {
      const plugin = pluginOf((host) => host.onResult(untyped(value)))
      expect(() => createWatchman({ plugins: [plugin] })).toThrow(
        /^\[watchman\] onResult of plugin "test" expects a function, not /,
      )
    }
  })
})

test('neither a listener nor a view can change a result or a report that others see', async () => {
  const nested = () => ({ ok: true, details: { pool: { sizes: [1, 2] } } })
  const checks = [defineProbeCheck('email', failing), defineProbeCheck('caches', { default: nested })]
  const listener = (result: TargetResult) => Reflect.set(result, 'state', 'ok')
  const watchman = createWatchman({
    checks,
    plugins: [{ name: 'own', setup: (host) => host.onResult(listener) }],
  })
  const report = await watchman.report()
  expect(report.state).toBe('failing')
  const details = report.results[1]?.details
  const pool: unknown = details?.pool
  for (const part of [report, report.results, report.body, ...report.results, details, pool]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
  expect(Reflect.set(watchman.snapshot(), 'state', 'ok')).toBe(false)
})

describe('a plugin that needs results where nobody asks', () => {
  const alerts = pluginOf((host) => host.onResult(() => {}, { needsInterval: true }), 'alerts')

  test('warns at start of targets that have no interval', () => {
    const { lines, messages, logger } = recordLog()
    const databases = defineProbeCheck('databases', {
      background: { probe: healthy, interval: 1000 },
      default: healthy,
    })
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`cache${index}`, healthy]))
    createWatchman({
      checks: [databases, defineProbeCheck('caches', many)],
      plugins: [alerts, recordResults().plugin],
      logger,
    })
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
    expect(messages()).toEqual([
      '[watchman] plugin "alerts": gets results only while reports are asked for, since these targets have no interval: databases.default, caches.cache0, caches.cache1, caches.cache2, caches.cache3, 3 more. Set defaults: { interval: 10_000 }',
    ])
  })

  test('does not warn where all targets have one, or the plugin does not need it', () => {
    const { lines, logger } = recordLog()
    const checks = [defineProbeCheck('email', healthy)]
    createWatchman({ checks, plugins: [alerts], defaults: { interval: 10_000 }, logger })
    createWatchman({ checks, plugins: [recordResults().plugin], logger })
    createWatchman({ plugins: [alerts], logger })
    expect(lines).toEqual([])
  })

  test('is refused with another option', () => {
    const plugin = pluginOf((host) => host.onResult(() => {}, untyped({ interval: 1 })))
    expect(() => createWatchman({ plugins: [plugin] })).toThrow('has no option "interval"')
  })
})
