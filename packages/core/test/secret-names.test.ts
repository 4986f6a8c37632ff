import { createWatchman, defineProbeCheck, type Host } from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { pluginOf } from './plugins.ts'
import { healthy } from './probes.ts'
import { recordLog } from './record-log.ts'

const NAME = 'postgres://app:hunter2@db'
const SHOWN = 'postgres://***@db'

test.each<[string, () => unknown]>([
  ['a check without targets', () => defineProbeCheck(NAME, {})],
  [
    'a check with an unknown option',
    () => createWatchman({ checks: [untyped({ name: NAME, run() {}, x: 1 })] }),
  ],
  ['a target that is no probe', () => defineProbeCheck('databases', untyped({ [NAME]: 1 }))],
  [
    'two checks of that name',
    () => createWatchman({ checks: [NAME, NAME].map((name) => ({ name, run: () => ({}) })) }),
  ],
])('a password in a name is not in the error for %s', (_what, make) => {
  expect(make).toThrow(SHOWN)
  expect(make).not.toThrow(/hunter/)
})

describe('a password in the name of a check or a target', () => {
  const down = () => Promise.reject(new Error('down'))
  const checks = [
    defineProbeCheck('databases', { [NAME]: down, other: { probe: down, dependsOn: `databases.${NAME}` } }),
    defineProbeCheck(NAME, down),
    { name: 'redis://:hunter2@cache', run: () => ({ cache: { ok: false } }) },
  ]

  test('is shown nowhere: body, headers, results, names of plugins and log', async () => {
    const { lines, logger } = recordLog()
    const seen: unknown[] = []
    const plugin = pluginOf((host: Host) => {
      host.onResult((result) => void seen.push(result))
      host.wrapRuns((run, target) => {
        seen.push(target)
        return run()
      })
    })
    const watchman = createWatchman({ checks, plugins: [plugin], logger })
    const { text, body, headers } = await ask(watchman)
    expect(body).toMatchObject({ databases: [{ other: { ok: false } }, { [SHOWN]: { ok: false } }] })
    const all = [text, JSON.stringify([...headers]), JSON.stringify([seen, lines, watchman.snapshot()])].join(
      '\n',
    )
    expect(all).toContain(SHOWN)
    expect(all).not.toContain('hunter2')
  })

  test('is not needed to select it, and does not hinder', async () => {
    const watchman = createWatchman({ checks })
    for (const check of [`databases.${NAME}`, `databases.${SHOWN}`]) {
      const { results } = await watchman.select({ check: [check] }).report()
      expect(results.map(({ id }) => id)).toEqual([`databases.${SHOWN}`])
    }
    const { body } = await ask(watchman, `/?check=${encodeURIComponent(`databases.${SHOWN}`)}`)
    expect(body).toEqual({ databases: [{ [SHOWN]: { ok: false, error: 'down' } }] })
  })

  test('is not in the error for a name that does not exist', () => {
    const select = () => createWatchman({ checks }).select({ check: ['postgres://app:hunter3@elsewhere'] })
    expect(select).toThrow('postgres://***@elsewhere')
    expect(select).not.toThrow(/hunter/)
  })

  test('makes two names the same that differ in nothing else, which is refused', () => {
    const targets = { 'redis://:a@cache': healthy, 'redis://:b@cache': healthy }
    expect(() => createWatchman({ checks: [defineProbeCheck('caches', targets)] })).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_NAME' }),
    )
  })
})

test('a password in the reason why readiness is held is not shown', async () => {
  const watchman = createWatchman({ checks: [defineProbeCheck('x', healthy)] })
  watchman.holdReadiness(`migrating ${NAME}`)
  const { headers } = await ask(watchman)
  expect(watchman.snapshot().held).toBe(`migrating ${SHOWN}`)
  expect(decodeURIComponent(headers.get('x-watchman-held') ?? '')).toBe(`migrating ${SHOWN}`)
})
