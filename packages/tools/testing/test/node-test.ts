import { equal } from 'node:assert/strict'
import { mock, test } from 'node:test'
import { createWatchman } from '@watchman/core'
import { adapterCases, fakeCheck, probeCases } from '@watchman/testing'
import { fakeBackend, subjectOf } from './fake-backend.ts'
import { mount } from './plain-adapter.ts'
import { faultless } from './probe-drivers.ts'

for (const { name, run } of adapterCases({ mount })) test(name, run)

const subject = subjectOf(fakeBackend(), faultless)
for (const { name, run } of probeCases(subject)) test(name, run)

test('the mock timers of node:test are the clock of the watchman', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 })
  mock.method(performance, 'now', () => Date.now())
  const payments = fakeCheck('payments', { ttl: 60_000 })
  const watchman = createWatchman({ checks: [payments.check] })
  await watchman.report()
  await watchman.report()
  equal(payments.runs(), 1)
  mock.timers.tick(60_001)
  await watchman.report()
  equal(payments.runs(), 2)
  mock.reset()
})
