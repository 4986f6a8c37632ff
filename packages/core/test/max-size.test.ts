import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { ask, measureLateness } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { healthy } from './probes.ts'

/** An object that contains the same object twice, which contains the same object twice, and so on. */
function doubling(depth: number): object {
  let value: object = { end: 1 }
  for (let level = 0; level < depth; level += 1) value = { left: value, right: value }
  return value
}

const tooLarge: readonly (readonly [string, () => object])[] = [
  ['a string of 50 MB', () => ({ x: 'x'.repeat(50_000_000) })],
  [
    '200,000 keys',
    () => Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`key${index}`, 1])),
  ],
  ['an array of 4,000,000,000 elements', () => ({ x: new Array(4e9) })],
  ['an object that contains 2^60 objects', () => doubling(60)],
  [
    'a toJSON that returns a large array',
    () => ({ x: { toJSON: () => Array.from({ length: 1e6 }, () => 'x') } }),
  ],
  ['a key of 2 MB', () => ({ ['x'.repeat(2_000_000)]: 1 })],
]

describe.each(tooLarge)('%s', (_, make) => {
  const error = 'returned over 1000000 characters of JSON (option maxSize)'

  test('is a failure that says so, and the next run is judged by itself', async () => {
    const answers: (() => object)[] = [make]
    const own = defineCheck('own', () => ({ ...(answers.pop()?.() ?? { x: 1 }) }), { ttl: 0 })
    const watchman = createWatchman({ checks: [own, defineProbeCheck('email', healthy)] })
    const { status, body } = await ask(watchman)
    expect([status, body]).toEqual([500, { own: { ok: false, error }, email: { ok: true } }])
    expect((await ask(watchman)).body).toEqual({ x: 1, email: { ok: true } })
  })

  test('in the details of a probe is a failure that says so', async () => {
    const check = defineProbeCheck('own', async () => ({ ok: true, details: make() }))
    const { status, body } = await ask(createWatchman({ checks: [check] }))
    expect([status, body]).toEqual([500, { own: { ok: false, error } }])
  })

  test('does not block the event loop for long', async () => {
    const value = make()
    const lateness = measureLateness()
    await ask(createWatchman({ checks: [defineCheck('own', () => ({ value }))] }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    lateness.stop()
    expect(lateness.total()).toBeLessThan(2000) // 50 MB took 600 ms, and 2^60 objects would take for ever
  })
})

test('a result of just under 1 MB is shown whole', async () => {
  const x = Array.from({ length: 9000 }, () => 'x'.repeat(100))
  const { status, body } = await ask(createWatchman({ checks: [defineCheck('own', () => ({ x }))] }))
  expect([status, body]).toEqual([200, { x }])
})

test('maxSize sets the limit', async () => {
  const checks = [defineCheck('own', () => ({ x: 'x'.repeat(100) }))]
  expect((await ask(createWatchman({ checks, maxSize: 50 }))).body).toEqual({
    own: {
      ok: false,
      error: 'returned over 50 characters of JSON (option maxSize)',
    },
  })
  expect((await ask(createWatchman({ checks, maxSize: 200 }))).status).toBe(200)
})
