import { AsyncLocalStorage } from 'node:async_hooks'
import { createWatchman, defineCheck, defineProbeCheck, type RunWrapper } from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { pluginOf, recordResults } from './plugins.ts'
import { failing, hanging, healthy, scripted } from './probes.ts'
import { sleep } from './sleep.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()

const wrapping = (wrap: RunWrapper, name = 'tracing') => pluginOf((host) => host.wrapRuns(wrap), name)

/** The report of a single probe that runs inside this wrapper. */
async function reportOf(wrap: RunWrapper, probe = healthy) {
  const checks = [defineProbeCheck('email', probe, { timeout: 100 })]
  const { state, body } = await createWatchman({ checks, plugins: [wrapping(wrap)] }).report()
  return { state, body }
}

const ok = { state: 'ok', body: { email: { ok: true } } }
const failedWith = (error: string) => ({ state: 'failing', body: { email: { ok: false, error } } })

describe('a run wrapper', () => {
  test('wraps every run of probes and functions, in the background too, and receives the target', async () => {
    const wrapped: unknown[] = []
    const wrap: RunWrapper = (run, target) => {
      wrapped.push(target)
      return run()
    }
    const checks = [
      defineProbeCheck('databases', { orders: healthy }),
      defineProbeCheck('email', healthy),
      defineCheck('queue', () => ({ queue: 1 })),
      defineProbeCheck('caches', healthy, { interval: 60_000 }),
    ]
    const watchman = createWatchman({ checks, plugins: [wrapping(wrap)] })
    watchman.start()
    await ask(watchman)
    await ask(watchman) // reused, except the function
    expect(wrapped).toEqual([
      { check: 'caches', name: '' },
      { check: 'databases', name: 'orders' },
      { check: 'email', name: '' },
      { check: 'queue', name: '' },
      { check: 'queue', name: '' },
    ])
    await watchman.close()
  })

  test('runs in the order of the plugins, the first one outermost', async () => {
    const events: string[] = []
    const marking =
      (name: string): RunWrapper =>
      async (run) => {
        events.push(`${name} starts`)
        await run()
        events.push(`${name} ends`)
        return undefined
      }
    const both = pluginOf((host) => {
      host.wrapRuns(marking('second'))
      host.wrapRuns(marking('third'))
    }, 'both')
    const check = defineProbeCheck('email', async () => void events.push('run'))
    await createWatchman({ checks: [check], plugins: [wrapping(marking('first')), both] }).report()
    expect(events).toEqual([
      'first starts',
      'second starts',
      'third starts',
      'run',
      'third ends',
      'second ends',
      'first ends',
    ])
  })

  test('can run the target in an asynchronous context', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const probe = async () => {
      await sleep(1)
      seen.push(storage.getStore())
    }
    await reportOf((run, { check }) => storage.run(check, run), probe)
    expect(seen).toEqual(['email'])
  })

  test('sees what the run resolves to, or rejects with', async () => {
    const seen: unknown[] = []
    const wrap: RunWrapper = async (run) => seen.push(await run().catch((error) => error.message))
    await reportOf(wrap, async () => 'pong')
    await reportOf(wrap, failing)
    expect(seen).toEqual(['pong', 'down'])
  })

  test('leaves the signal, the details and the degraded errors of a probe as they are', async () => {
    const signals: AbortSignal[] = []
    const { probe } = scripted(
      async (signal) => {
        signals.push(signal)
        return { ok: true, details: { free: 3 } }
      },
      () => Promise.reject(degraded('pool is busy')),
    )
    const { events, plugin } = recordResults()
    const checks = [defineProbeCheck('email', probe, { ttl: 0 })]
    const watchman = createWatchman({ checks, plugins: [wrapping((run) => run()), plugin] })
    await watchman.report()
    await watchman.report()
    expect(events.map(({ result }) => [result.state, result.details])).toEqual([
      ['ok', { free: 3 }],
      ['degraded', undefined],
    ])
    expect(signals[0]?.aborted).toBe(false)
  })

  test('does not keep a hung probe from its timeout', async () => {
    expect(await reportOf((run) => run(), hanging().probe)).toEqual(failedWith('timed out after 100 ms'))
  })
})

describe('the outcome of a run', () => {
  test.each<[string, RunWrapper]>([
    ['returns nothing', async (run) => void (await run())],
    ['returns another value', async (run) => run().then(() => ({ ok: false, error: 'from the wrapper' }))],
    ['returns false', async (run) => run().then(() => false)],
    ['returns an error', async (run) => run().then(() => new Error('from the wrapper'))],
    ['does not wait for it', (run) => untyped(void run())],
    [
      'throws after it',
      async (run) => {
        await run()
        throw new Error('from the wrapper')
      },
    ],
    [
      'throws while it runs',
      (run) => {
        void run()
        throw new Error('from the wrapper')
      },
    ],
    [
      'rejects while it runs',
      async (run) => {
        void run()
        throw new Error('from the wrapper')
      },
    ],
    [
      'never resolves after it',
      async (run) => {
        await run()
        return new Promise(() => {})
      },
    ],
  ])('is that of the run where a wrapper %s', async (_what, wrap) => {
    const slow = () => sleep(5)
    expect(await reportOf(wrap)).toEqual(ok)
    expect(await reportOf(wrap, slow)).toEqual(ok)
  })

  test.each<[string, RunWrapper]>([
    ['hides its error', async (run) => run().catch(() => 'fine')],
    [
      'returns another error',
      async (run) => run().catch(() => Promise.reject(new Error('from the wrapper'))),
    ],
    ['does not wait for it', (run) => untyped(void run())],
    [
      'handles it later',
      async (run) =>
        void run()
          .finally(() => {})
          .catch(() => {}),
    ],
  ])('is the failure of the run where a wrapper %s', async (_what, wrap) => {
    expect(await reportOf(wrap, failing)).toEqual(failedWith('down'))
    expect(await reportOf(wrap, () => sleep(5).then(() => Promise.reject(new Error('down'))))).toEqual(
      failedWith('down'),
    )
  })

  test.each<[string, RunWrapper]>([
    [
      'twice at once',
      async (run) => {
        const values = await Promise.all([run(), run()])
        expect(values[0]).toBe(values[1])
        return values
      },
    ],
    [
      'twice, one after the other',
      async (run) => {
        await run()
        return run()
      },
    ],
    ['again after a failure', async (run) => run().catch(run)],
  ])('is that of one run where a wrapper calls it %s', async (_how, wrap) => {
    for (const step of [healthy, failing]) {
      const { probe, runs } = scripted(step)
      expect(await reportOf(wrap, probe)).toEqual(step === healthy ? ok : failedWith('down'))
      expect(runs()).toBe(1)
    }
  })

  test('is that of one run where an outer wrapper calls an inner one twice', async () => {
    const { probe, runs } = scripted(healthy)
    const twice: RunWrapper = async (run) => Promise.all([run(), run()])
    const plugins = [wrapping(twice, 'outer'), wrapping((run) => run(), 'inner')]
    const { state } = await createWatchman({ checks: [defineProbeCheck('email', probe)], plugins }).report()
    expect([state, runs()]).toEqual(['ok', 1])
  })
})

describe('a run wrapper that does not call run', () => {
  const message = 'plugin "tracing": a run wrapper did not call run'

  test.each<[string, RunWrapper, string]>([
    ['returns nothing', async () => undefined, message],
    ['returns nothing, not even a promise', untyped(() => undefined), message],
    ['returns a success', async () => ({ ok: true }), message],
    ['throws', () => untyped(fail()), 'no tracer'],
    ['rejects', async () => fail(), 'no tracer'],
    ['never resolves', () => new Promise(() => {}), 'timed out after 100 ms'],
  ])('and %s fails the target', async (_what, wrap, error) => {
    const { probe, runs } = scripted(healthy)
    expect(await reportOf(wrap, probe)).toEqual(failedWith(error))
    expect(runs()).toBe(0)
  })

  function fail(): never {
    throw new Error('no tracer')
  }

  test('fails only the runs that it does not call', async () => {
    const wrap: RunWrapper = async (run, { name }) => (name === 'a' ? undefined : run())
    const checks = [defineProbeCheck('databases', { a: healthy, b: healthy })]
    const { body } = await createWatchman({ checks, plugins: [wrapping(wrap)] }).report()
    expect(body).toEqual({ databases: [{ a: { ok: false, error: message } }, { b: { ok: true } }] })
  })

  test('but calls it when the target has failed already leaves no rejection unhandled', async () => {
    const late: Promise<unknown>[] = []
    const wrap: RunWrapper = async (run) => {
      setTimeout(() => late.push(run()), 5)
      return undefined
    }
    expect(await reportOf(wrap, failing)).toEqual(failedWith(message))
    await sleep(20)
    expect(late).toHaveLength(1)
  })
})
