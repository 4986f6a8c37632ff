import { createWatchman, defineProbeCheck, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { expect, test } from 'vitest'

/** Targets that count how many of them start in each turn of the event loop. */
function countingTargets(count: number) {
  const perTurn: number[] = []
  let now = 0
  let isScheduled = false
  const probe: Probe = async () => {
    now += 1
    if (isScheduled) return
    isScheduled = true
    setTimeout(() => {
      perTurn.push(now)
      now = 0
      isScheduled = false
    }, 0)
  }
  const names = Array.from({ length: count }, (_, index) => `target-${index}`)
  return { perTurn, targets: Object.fromEntries(names.map((name) => [name, probe])) }
}

test('10,000 targets are started 64 a turn of the event loop, and all are answered', async () => {
  const { perTurn, targets } = countingTargets(10_000)
  const watchman = createWatchman({ checks: [defineProbeCheck('many', targets, { ttl: 60_000 })] })
  const report = await watchman.report()
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect([report.state, report.results.length]).toEqual(['ok', 10_000])
  expect(perTurn.reduce((sum, count) => sum + count, 0)).toBe(10_000)
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(128) // a timer of ours and one of core may fall into one turn
  expect((await ask(watchman, '/bare')).status).toBe(200)
})

test('2,000 targets in the background are started 64 a turn of the event loop', async () => {
  const { perTurn, targets } = countingTargets(2000)
  const watchman = createWatchman({ checks: [defineProbeCheck('many', targets, { interval: 600_000 })] })
  watchman.start()
  await expect.poll(() => watchman.snapshot().state, { timeout: 20_000 }).toBe('ok')
  expect(perTurn.reduce((sum, count) => sum + count, 0)).toBe(2000)
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(128)
  await watchman.close()
})
