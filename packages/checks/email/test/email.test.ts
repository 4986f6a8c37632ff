import { type Check, createWatchman, type Probe } from '@watchman/core'
import { type Answer, ask, untyped } from '@watchman/test-helpers'
import { describe, expect, type Mock, onTestFinished, test, vi } from 'vitest'
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

  describe('reuses a failure', () => {
    const failing = () => vi.fn(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25')))

    /** How often a probe runs while its check is asked once a second. */
    async function countRuns(seconds: number, probe: Mock, check: Check): Promise<number> {
      vi.useFakeTimers({ toFake: ['performance'] })
      onTestFinished(() => void vi.useRealTimers())
      const watchman = createWatchman({ checks: [check] })
      for (let second = 0; second < seconds; second += 1) {
        await watchman.report()
        vi.advanceTimersByTime(1000)
      }
      return probe.mock.calls.length
    }

    test('for a minute', async () => {
      const probe = failing()
      expect(await countRuns(121, probe, email(probe))).toBe(3)
    })

    test('for as long as a success, where the check has a ttl', async () => {
      const probe = failing()
      expect(await countRuns(61, probe, email(probe, { ttl: 10_000 }))).toBe(7)
    })

    test('for as long as a success, where the mail server has a ttl', async () => {
      const probe = failing()
      expect(await countRuns(61, probe, email({ receipts: { probe, ttl: 30_000 } }))).toBe(3)
    })

    test('for the failureTtl of the mail server, of the check, or of the ttl, in this order', async () => {
      const probe = failing()
      const policy = { failureTtl: 5000 }
      expect(await countRuns(61, probe, email(probe, policy))).toBe(13)
      const own = failing()
      const receipts = { probe: own, ttl: 60_000, failureTtl: 20_000 }
      expect(await countRuns(61, own, email({ receipts }, policy))).toBe(4)
      const inherited = failing()
      expect(
        await countRuns(61, inherited, email({ receipts: { probe: inherited, ttl: 60_000 } }, policy)),
      ).toBe(13)
    })
  })

  test('refuses a target that is not one, in the words of every check', () => {
    expect(() => email(untyped({ receipts: null }))).toThrow(
      'email.receipts must be a probe or { probe, …policy }, not null',
    )
    expect(() => email({ receipts: { probe: () => 'sent', ttl: -1 } })).toThrow(
      'option ttl of email.receipts',
    )
    expect(() => email(() => 'sent', { ttl: -1 })).toThrow('option ttl of email')
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
