import { createWatchman } from '@watchman/core'
import { fakeCheck } from '@watchman/testing'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => void vi.useRealTimers())

test('a fake check is ok, degraded, down and ok again as the test changes it', async () => {
  const payments = fakeCheck('payments')
  const watchman = createWatchman({ checks: [payments.check] })
  const getStatus = async () => {
    const response = await watchman.status(new Request('http://status.test'))
    return [response.status, response.headers.get('x-watchman-status'), await response.text()]
  }
  expect(await getStatus()).toEqual([200, 'ok', '{"payments":{"ok":true}}'])
  payments.degrade('busy')
  expect(await getStatus()).toEqual([200, 'degraded', '{"payments":{"ok":false,"error":"busy"}}'])
  payments.down('connect ECONNREFUSED')
  expect(await getStatus()).toEqual([
    500,
    'failing',
    '{"payments":{"ok":false,"error":"connect ECONNREFUSED"}}',
  ])
  payments.up()
  expect(await getStatus()).toEqual([200, 'ok', '{"payments":{"ok":true}}'])
  expect(payments.runs()).toBe(4)
})

test('a fake check that hangs continues as soon as it is changed', async () => {
  const payments = fakeCheck('payments')
  const watchman = createWatchman({ checks: [payments.check] })
  payments.hang()
  const running = watchman.report()
  payments.up()
  expect((await running).state).toBe('ok')
})

test('a fake check that hangs ends when its signal aborts', async () => {
  const payments = fakeCheck('payments')
  payments.hang()
  const controller = new AbortController()
  const run = payments.check.run?.(new Request('http://status.test'), {
    signal: controller.signal,
    raw: undefined,
  })
  controller.abort(new Error('enough'))
  await expect(run).rejects.toThrow('enough')
})

test('the fake timers of the runner are the clock of the watchman', async () => {
  vi.useFakeTimers()
  const payments = fakeCheck('payments', { ttl: 60_000, timeout: 5000 })
  const watchman = createWatchman({ checks: [payments.check] })
  await watchman.report()
  await watchman.report()
  expect(payments.runs()).toBe(1) // its result is reused for a minute
  vi.advanceTimersByTime(60_000)
  payments.hang()
  const running = watchman.report()
  await vi.advanceTimersByTimeAsync(5001)
  const { body } = await running
  expect(body).toEqual({ payments: { ok: false, error: 'timed out after 5000 ms' } })
})
