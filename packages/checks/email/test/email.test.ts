import { createWatchman, type Probe } from '@watchman/core'
import { describe, expect, it, vi } from 'vitest'
import { email } from '../src/index.ts'

async function get(probe: Probe, query = '', policy = {}) {
  const watchman = createWatchman({ checks: [email(probe, policy)] })
  const ask = () => watchman.status(new Request(`http://localhost/${query}`))
  return { first: await ask(), second: await ask() }
}

describe('email', () => {
  it('answers to its name and its aliases', async () => {
    for (const query of ['', '?check=email', '?check=watchman.checks.email', '?check=mail']) {
      const { first } = await get(() => 'sent', query, { aliases: ['mail'] })
      expect(await first.text()).toBe('{"email":{"ok":true}}')
    }
    expect((await get(() => 'sent', '?skip=watchman.checks.email')).first.status).toBe(404)
  })

  it('says why it fails', async () => {
    const { first } = await get(() => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25')))
    expect(first.status).toBe(500)
    expect(await first.text()).toBe('{"email":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:25"}}')
  })

  it('answers a list of named mail servers, sorted by name', async () => {
    const refused = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:25'))
    const watchman = createWatchman({ checks: [email({ receipts: refused, newsletter: () => 'sent' })] })
    expect(await (await watchman.status(new Request('http://localhost/'))).text()).toBe(
      '{"email":[{"newsletter":{"ok":true}},{"receipts":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:25"}}]}',
    )
  })

  it('reuses its result for a minute, unless told otherwise', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const probe = vi.fn()
    const watchman = createWatchman({ checks: [email(probe, { ttl: undefined })] })
    for (const elapsed of [0, 30_000, 29_900, 200]) {
      vi.advanceTimersByTime(elapsed)
      await watchman.run()
    }
    expect(probe).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
    const eager = vi.fn()
    await get(eager, '', { ttl: 0 })
    expect(eager).toHaveBeenCalledTimes(2)
  })
})
