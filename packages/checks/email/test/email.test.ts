import { createWatchman, type Probe } from '@watchman/core'
import { describe, expect, test, vi } from 'vitest'
import { email } from '../src/index.ts'

async function get(probe: Probe, query = '', policy = {}) {
  const watchman = createWatchman({ checks: [email(probe, policy)] })
  const ask = () => watchman.status(new Request(`http://localhost/${query}`))
  return { first: await ask(), second: await ask() }
}

describe('email', () => {
  test('answers to its name and its aliases', async () => {
    for (const query of ['', '?check=email', '?check=watchman.checks.email', '?check=mail']) {
      const { first } = await get(() => 'sent', query, { aliases: ['mail'] })
      expect(await first.text()).toBe('{"email":{"ok":true}}')
    }
    expect((await get(() => 'sent', '?skip=watchman.checks.email')).first.status).toBe(404)
  })

  test('shows why it fails', async () => {
    const { first } = await get(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25')))
    expect(first.status).toBe(500)
    expect(await first.text()).toBe('{"email":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:25"}}')
  })

  test('answers a list of named mail servers, sorted by name', async () => {
    const refused = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25'))
    const watchman = createWatchman({ checks: [email({ receipts: refused, newsletter: () => 'sent' })] })
    expect(await (await watchman.status(new Request('http://localhost/'))).text()).toBe(
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
    await get(eager, '', { ttl: 0 })
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
    expect((await watchman.status(new Request('http://localhost/'))).status).toBe(200)
    expect((await watchman.report()).state).toBe('degraded')
  })

  test('refuses an unknown option', () => {
    expect(() => email(() => 'sent', Object({ failAfter: 3 }))).toThrow('email has no option "failAfter"')
  })
})
