import { createWatchman } from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { storage } from '../src/index.ts'

describe('storage', () => {
  test('answers to its name and its aliases', async () => {
    const watchman = createWatchman({ checks: [storage(() => 'stored', { aliases: ['files'] })] })
    for (const query of ['', '?check=storage', '?check=watchman.checks.storage', '?check=files']) {
      expect((await ask(watchman, `/${query}`)).text).toBe('{"storage":{"ok":true}}')
    }
    expect((await ask(watchman, '/?skip=watchman.checks.storage')).status).toBe(404)
  })

  test('answers a list of named storages, sorted by name', async () => {
    const full = () => Promise.reject(new Error('/uploads is full'))
    const watchman = createWatchman({ checks: [storage({ uploads: full, exports: () => 'stored' })] })
    const { status, text } = await ask(watchman)
    expect(status).toBe(500)
    expect(text).toBe(
      '{"storage":[{"exports":{"ok":true}},{"uploads":{"ok":false,"error":"/uploads is full"}}]}',
    )
  })

  test('takes a policy for each storage', async () => {
    const exports = { probe: () => Promise.reject(new Error('exports is full')), critical: false }
    const watchman = createWatchman({ checks: [storage({ uploads: () => 'stored', exports })] })
    expect((await ask(watchman)).status).toBe(200)
    expect((await watchman.report()).state).toBe('degraded')
  })

  test('refuses an unknown option', () => {
    expect(() => storage(() => 'stored', untyped({ failAfter: 3 }))).toThrow(
      'storage has no option "failAfter"',
    )
  })
})
