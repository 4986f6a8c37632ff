import { createWatchman, type Probe } from '@watchman/core'
import { type Answer, ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test, vi } from 'vitest'
import { email } from '../src/index.ts'

function askEmail(probe: Probe, query = '', aliases: readonly string[] = []): Promise<Answer> {
  return ask(createWatchman({ checks: [email(probe, { aliases })] }), `/${query}`)
}

describe('email', () => {
  test('answers to its name and its aliases', async () => {
    for (const query of ['', '?check=email', '?check=watchman.checks.email', '?check=mail']) {
      expect((await askEmail(() => 'sent', query, ['mail'])).text).toBe('{"email":{"ok":true}}')
    }
    expect((await askEmail(() => 'sent', '?skip=watchman.checks.email')).status).toBe(404)
  })

  test('shows why it fails', async () => {
    const { status, text } = await askEmail(() =>
      Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25')),
    )
    expect(status).toBe(500)
    expect(text).toBe('{"email":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:25"}}')
  })

  test('answers a list of named mail servers, sorted by name', async () => {
    const refused = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25'))
    const watchman = createWatchman({ checks: [email({ receipts: refused, newsletter: () => 'sent' })] })
    expect((await ask(watchman)).text).toBe(
      '{"email":[{"newsletter":{"ok":true}},{"receipts":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:25"}}]}',
    )
  })

  test('reuses a success for a minute, unless it has another ttl', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const probe = vi.fn()
    const watchman = createWatchman({ checks: [email(probe, { ttl: undefined })] })
    for (const elapsed of [0, 30_000, 29_900, 200]) {
      vi.advanceTimersByTime(elapsed)
      await watchman.report()
    }
    expect(probe).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
    const eager = vi.fn()
    const always = createWatchman({ checks: [email(eager, { ttl: 0 })] })
    for (const _ of [1, 2]) await always.report()
    expect(eager).toHaveBeenCalledTimes(2)
  })

  test('reuses a failure for a second', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const probe = vi.fn(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25')))
    const watchman = createWatchman({ checks: [email(probe)] })
    for (const elapsed of [0, 900, 200]) {
      vi.advanceTimersByTime(elapsed)
      await watchman.report()
    }
    expect(probe).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
  })

  test('takes a policy for each mail server', async () => {
    const newsletter = { probe: () => Promise.reject(new Error('connect ECONNREFUSED')), critical: false }
    const watchman = createWatchman({ checks: [email({ receipts: () => 'sent', newsletter })] })
    expect((await ask(watchman)).status).toBe(200)
    expect((await watchman.report()).state).toBe('degraded')
  })

  test('refuses an unknown option', () => {
    expect(() => email(() => 'sent', untyped({ failAfter: 3 }))).toThrow('email has no option "failAfter"')
  })
})
