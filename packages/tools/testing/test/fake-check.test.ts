import { createWatchman } from '@watchman/core'
import { fakeCheck } from '@watchman/testing'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => void vi.useRealTimers())

test('a fake check is well, degraded, down and well again as the test turns it', async () => {
  const payments = fakeCheck('payments')
  const watchman = createWatchman({ checks: [payments.check] })
  const told = async () => {
    const { status, state, json } = await watchman.run()
    return [status, state, json]
  }
  expect(await told()).toEqual([200, 'ok', '{"payments":{"ok":true}}'])
  payments.degrade('busy')
  expect(await told()).toEqual([200, 'degraded', '{"payments":{"ok":false,"error":"busy"}}'])
  payments.down('connect ECONNREFUSED')
  expect(await told()).toEqual([500, 'failing', '{"payments":{"ok":false,"error":"connect ECONNREFUSED"}}'])
  payments.up()
  expect(await told()).toEqual([200, 'ok', '{"payments":{"ok":true}}'])
  expect(payments.runs()).toBe(4)
})

test('a fake check that hangs goes on as soon as it is turned', async () => {
  const payments = fakeCheck('payments')
  const watchman = createWatchman({ checks: [payments.check] })
  payments.hang()
  const asked = watchman.run()
  payments.up()
  expect((await asked).state).toBe('ok')
})

test('a fake check that hangs ends when it is told to', async () => {
  const payments = fakeCheck('payments')
  payments.hang()
  const controller = new AbortController()
  const run = payments.check.run(new Request('http://status.test'), { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(run).rejects.toThrow('enough')
})

test('the fake timers of the runner are the clock of the watchman', async () => {
  vi.useFakeTimers()
  const payments = fakeCheck('payments', { ttl: 60_000, timeout: 5000 })
  const watchman = createWatchman({ checks: [payments.check] })
  await watchman.run()
  await watchman.run()
  expect(payments.runs()).toBe(1) // its result is reused for a minute
  vi.advanceTimersByTime(60_000)
  payments.hang()
  const asked = watchman.run()
  await vi.advanceTimersByTimeAsync(5001)
  expect((await asked).json).toBe('{"payments":{"ok":false,"error":"timed out after 5000 ms"}}')
})
