import { createWatchman } from '@watchman/core'
import { expect, test } from 'vitest'
import { services } from '../src/index.ts'

test('answers a list sorted by name, and to its alias', async () => {
  const check = services({ search: async () => {}, payments: async () => {} }, { aliases: ['others'] })
  const watchman = createWatchman({ checks: [check] })
  for (const name of ['services', 'watchman.checks.services', 'others']) {
    const response = await watchman.fetch(new Request(`http://status.test/?check=${name}`))
    expect(await response.text()).toBe('{"services":[{"payments":{"ok":true}},{"search":{"ok":true}}]}')
  }
})

test('takes a policy for each service', async () => {
  const search = { probe: () => Promise.reject(new Error('connect ECONNREFUSED')), critical: false }
  const watchman = createWatchman({ checks: [services({ payments: async () => {}, search })] })
  const response = await watchman.fetch(new Request('http://status.test/'))
  expect([response.status, response.headers.get('x-watchman-status')]).toEqual([200, 'degraded'])
})

test('refuses an unknown option', () => {
  expect(() => services({ search: async () => {} }, Object({ failAfter: 3 }))).toThrow(
    'services has no option "failAfter"',
  )
})
