import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { recordResults } from './plugins.ts'
import { failing, hanging, healthy, scripted, switchable } from './probes.ts'
import { sleep } from './sleep.ts'
import { thrownBy } from './thrown-by.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Two databases, of which `orders` depends on `default`. */
const databases = (main: typeof healthy, orders: typeof healthy, policy = {}) =>
  defineProbeCheck('databases', {
    default: { probe: main, ttl: 0, ...policy },
    orders: { probe: orders, ttl: 0, dependsOn: 'databases.default' },
  })
const causesOf = (results: readonly { readonly id: string; readonly causedBy?: string | undefined }[]) =>
  results.map(({ id, causedBy }) => `${id} ${causedBy ?? '-'}`)
const NONE = ['databases.default -', 'databases.orders -']
const CAUSED = ['databases.default -', 'databases.orders databases.default']

describe('causedBy', () => {
  test('names the target that a failing one depends on, while both fail', async () => {
    const [main, orders] = [switchable(), switchable()]
    const watchman = createWatchman({ checks: [databases(main.probe, orders.probe)] })
    const causes = async (isMainDown: boolean, areOrdersDown: boolean) => {
      main.state.down = isMainDown
      orders.state.down = areOrdersDown
      return causesOf((await watchman.report()).results)
    }
    expect(await causes(false, false)).toEqual(NONE)
    expect(await causes(true, false)).toEqual(NONE)
    expect(await causes(true, true)).toEqual(CAUSED)
    expect(causesOf(watchman.snapshot().results)).toEqual(CAUSED)
    expect(await causes(false, true)).toEqual(NONE)
    expect(causesOf(watchman.snapshot().results)).toEqual(NONE)
  })

  test('changes neither a state nor the body', async () => {
    const watchman = createWatchman({ checks: [databases(failing, failing)] })
    const { state, results, body } = await watchman.report()
    expect([state, results.map((one) => one.state)]).toEqual(['failing', ['failing', 'failing']])
    const down = { ok: false, error: 'down' }
    expect(body).toEqual({ databases: [{ default: down }, { orders: down }] })
  })

  test('is there in the report in which the cause fails last', async () => {
    const slow = () => sleep(20).then(() => Promise.reject(new Error('down')))
    const watchman = createWatchman({ checks: [databases(slow, failing)] })
    expect(causesOf((await watchman.report()).results)).toEqual(CAUSED)
  })

  test('is gone as soon as the cause works, also where the failure of the other is reused', async () => {
    const { probe } = scripted(failing, healthy)
    const targets = {
      default: { probe, ttl: 0 },
      orders: { probe: failing, failureTtl: 60_000, dependsOn: 'databases.default' },
    }
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', targets)] })
    expect(causesOf((await watchman.report()).results)).toEqual(CAUSED)
    expect(causesOf((await watchman.report()).results)).toEqual(NONE)
    expect(causesOf(watchman.snapshot().results)).toEqual(NONE)
  })

  test('is there while the cause is failing because it recovers', async () => {
    const { probe } = scripted(failing, healthy)
    const watchman = createWatchman({ checks: [databases(probe, failing, { successThreshold: 3 })] })
    await watchman.report()
    const { results } = await watchman.report()
    expect(results[0]).toMatchObject({ state: 'failing', failures: 0 })
    expect(causesOf(results)).toEqual(CAUSED)
  })

  test('is there while the cause is failing because its pool is stuck', async () => {
    vi.useFakeTimers()
    const stuck = () => Promise.reject(degraded('pool is busy', { progress: 7 }))
    const { probe } = scripted(healthy, stuck)
    const watchman = createWatchman({ checks: [databases(probe, failing, { timeout: 10 })] })
    for (let round = 0; round < 6; round += 1) {
      await watchman.report()
      await vi.advanceTimersByTimeAsync(20)
    }
    const { results } = await watchman.report()
    expect(results[0]).toMatchObject({ state: 'failing', failures: 0 })
    expect(causesOf(results)).toEqual(CAUSED)
  })

  test('is absent while the other one is only degraded, or has no result yet', async () => {
    const alarm = () => Promise.reject(degraded('full'))
    expect(
      causesOf((await createWatchman({ checks: [databases(alarm, failing)] }).report()).results),
    ).toEqual(NONE)
    const watchman = createWatchman({ checks: [databases(hanging().probe, failing)], deadline: 20 })
    expect(causesOf((await watchman.report()).results)).toEqual(NONE)
    await watchman.close()
  })

  test('is there where the cause is not part of the report', async () => {
    const watchman = createWatchman({ checks: [databases(failing, failing)] })
    await watchman.report()
    const orders = watchman.select({ check: ['databases.orders'] })
    expect(causesOf((await orders.report()).results)).toEqual(['databases.orders databases.default'])
    expect((await ask(watchman, '/?check=databases.orders')).body).toEqual({
      databases: [{ orders: { ok: false, error: 'down' } }],
    })
  })

  test('names the next cause where there is a chain of them', async () => {
    const checks = [
      defineProbeCheck('a', failing, { dependsOn: 'b', ttl: 0 }),
      defineProbeCheck('b', failing, { dependsOn: 'c', ttl: 0 }),
      defineCheck('c', () => ({ c: { ok: false } }), { ttl: 0 }),
    ]
    const watchman = createWatchman({ checks })
    await watchman.report()
    expect(causesOf((await watchman.report()).results)).toEqual(['a b', 'b c', 'c -'])
  })

  test('is there for functions, and for targets that are not critical', async () => {
    const checks = [
      defineProbeCheck('databases', failing, { critical: false, ttl: 0 }),
      defineCheck('queue', () => ({ queue: { ok: false } }), { dependsOn: 'databases', critical: false }),
    ]
    const watchman = createWatchman({ checks })
    await watchman.report()
    const { results } = await watchman.report()
    expect(results.map(({ state }) => state)).toEqual(['degraded', 'degraded'])
    expect(causesOf(results)).toEqual(['databases -', 'queue databases'])
  })

  test('is absent from a result that is ok, also where another request has failed meanwhile', async () => {
    const answers = [true, false]
    const checks = [
      defineProbeCheck('databases', failing, { ttl: 60_000, failureTtl: 60_000 }),
      defineCheck('own', () => ({ own: { ok: answers.shift() } }), { dependsOn: 'databases' }),
      defineProbeCheck('slow', () => sleep(20)),
    ]
    const watchman = createWatchman({ checks })
    const first = watchman.report()
    await watchman.select({ check: ['own'] }).report()
    expect((await first).results[1]).toMatchObject({ id: 'own', state: 'ok' })
    expect((await first).results[1]?.causedBy).toBeUndefined()
  })

  test('reaches the listeners of plugins', async () => {
    const { events, plugin } = recordResults()
    const checks = [
      defineProbeCheck('databases', failing),
      defineProbeCheck('queue', failing, { dependsOn: 'databases' }),
    ]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    await ask(watchman, '/?check=databases')
    await ask(watchman, '/?check=queue')
    expect(causesOf(events.map(({ result }) => result))).toEqual(['databases -', 'queue databases'])
  })
})

describe('createWatchman refuses in dependsOn', () => {
  const on = (name: string, dependsOn?: string) => defineProbeCheck(name, healthy, { dependsOn })

  test.each([
    [
      'a target that does not exist',
      [on('a', 'x'), on('b')],
      'option dependsOn of a names "x": the targets are a, b',
    ],
    [
      'a target of a check that does not exist',
      [defineProbeCheck('databases', { main: { probe: healthy, dependsOn: 'databases.orders' } })],
      'option dependsOn of databases.main names "databases.orders": the targets are databases.main',
    ],
    [
      'a check with named targets',
      [defineProbeCheck('databases', { main: healthy }), on('b', 'databases')],
      'option dependsOn of b names "databases": the targets are databases.main, b',
    ],
    [
      'an alias',
      [defineProbeCheck('databases', healthy, { aliases: ['db'] }), on('b', 'db')],
      'option dependsOn of b names "db": the targets are databases, b',
    ],
    [
      'a member of every object',
      [on('a', '__proto__')],
      'option dependsOn of a names "__proto__": the targets are a',
    ],
    ['the target itself', [on('a', 'a')], 'option dependsOn goes in a circle: a → a'],
    ['a circle of two', [on('a', 'b'), on('b', 'a')], 'option dependsOn goes in a circle: a → b → a'],
    [
      'a circle of three',
      [on('a', 'b'), on('b', 'c'), on('c', 'a')],
      'option dependsOn goes in a circle: a → b → c → a',
    ],
    [
      'a circle that another target leads to',
      [on('a', 'b'), on('b', 'c'), on('c', 'b')],
      'option dependsOn goes in a circle: a → b → c → b',
    ],
    [
      'a circle of a check whose policy names a target of the same check',
      [
        defineProbeCheck(
          'databases',
          { default: healthy, orders: healthy },
          { dependsOn: 'databases.default' },
        ),
      ],
      'option dependsOn goes in a circle: databases.default → databases.default',
    ],
  ])('%s', (_what, checks, message) => {
    const error = thrownBy(() => createWatchman({ checks }))
    expect([error.code, error.message]).toEqual(['INVALID_OPTION', `[watchman] ${message}`])
  })

  test('nothing where several depend on one, in any order of the checks', () => {
    const checks = [on('a', 'c'), on('b', 'c'), on('c'), on('d', 'a')]
    expect(() => createWatchman({ checks })).not.toThrow()
    expect(() => createWatchman({ checks: checks.reverse() })).not.toThrow()
  })
})
