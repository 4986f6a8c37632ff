import { createWatchman } from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { expect, test } from 'vitest'
import { services } from '../src/index.ts'

test('answers a list sorted by name, and to its alias', async () => {
  const check = services({ search: async () => {}, payments: async () => {} }, { aliases: ['others'] })
  const watchman = createWatchman({ checks: [check] })
  for (const name of ['services', 'watchman.checks.services', 'others']) {
    expect((await ask(watchman, `/?check=${name}`)).text).toBe(
      '{"services":[{"payments":{"ok":true}},{"search":{"ok":true}}]}',
    )
  }
})

test('takes a policy for each service', async () => {
  const search = { probe: () => Promise.reject(new Error('connect ECONNREFUSED')), critical: false }
  const watchman = createWatchman({ checks: [services({ payments: async () => {}, search })] })
  const { status, headers } = await ask(watchman)
  expect([status, headers.get('x-watchman-status')]).toEqual([200, 'degraded'])
})

test('refuses an unknown option', () => {
  expect(() => services({ search: async () => {} }, untyped({ failAfter: 3 }))).toThrow(
    'services has no option "failAfter"',
  )
})
