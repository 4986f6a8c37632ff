import { createWatchman, defineProbeCheck, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { recordLog } from './record-log.ts'

/** How an error is shown of a probe that knows these secrets. */
async function shown(text: string, secrets: readonly string[]): Promise<string | undefined> {
  const probe: Probe = Object.assign(() => Promise.reject(new Error(text)), { secrets: () => secrets })
  const { results } = await createWatchman({ checks: [defineProbeCheck('x', probe)] }).report()
  return results[0]?.error
}

describe('a secret that a probe knows is masked', () => {
  test.each([
    ['as it is', 'sent hun"t er2/+', 'sent ***'],
    ['in JSON', 'sent {"a":"hun\\"t er2/+"}', 'sent {"a":"***"}'],
    ['in a URL', '/?a=hun%22t%20er2%2F%2B', '/?a=***'],
    ['in a URL with lower-case octets', '/?a=hun%22t%20er2%2f%2b', '/?a=***'],
    ['in a form', 'a=hun%22t+er2%2F%2B', 'a=***'],
  ])('%s', async (_what, text, expected) => {
    expect(await shown(text, ['hun"t er2/+'])).toBe(expected)
  })

  test('before the first run, which may log a setup warning', async () => {
    const { lines, logger } = recordLog()
    const probe: Probe = Object.assign(async () => {}, {
      setupWarning: () => 'the client was made with kennw0rt',
      secrets: () => ['kennw0rt'],
    })
    await ask(createWatchman({ checks: [defineProbeCheck('x', probe)], logger }))
    expect(lines).toMatchObject([{ message: '[watchman] x: the client was made with ***' }])
  })
})

describe('a known secret that is short, or a word of many messages, is masked only after a word such as password', () => {
  test.each([
    [
      'abc',
      'no abc in alphabet, password: "abc", wrong password abc',
      'no abc in alphabet, password: "***", wrong password ***',
    ],
    ['app', 'user app, database app, AUTH app', 'user app, database app, AUTH ***'],
    ['for', 'WRONGPASS for user app', 'WRONGPASS for user app'],
    ['ab', 'the token "ab" of abel', 'the token "***" of abel'],
    ['password', 'password authentication failed', 'password authentication failed'],
    ['postgres', 'user postgres, password is postgres', 'user postgres, password is postgres'],
    ['postgres', 'user postgres, password=postgres', 'user postgres, password=***'],
    ['postgres', 'user postgres, password "postgres"', 'user postgres, password "***"'],
  ])('%s in: %s', async (secret, text, expected) => {
    expect(await shown(text, [secret])).toBe(expected)
  })
})

test('the secrets of thousands of probes are learned at once, not one after another', async () => {
  const probes = Array.from({ length: 5000 }, (_, index): [string, Probe] => {
    const secret = `secret-${index}-${'x'.repeat(20)}`
    const probe = () => Promise.reject(new Error(`refused ${secret}`))
    return [`t${index}`, Object.assign(probe, { secrets: () => [secret] })]
  })
  const watchman = createWatchman({ checks: [defineProbeCheck('x', Object.fromEntries(probes))] })
  const started = process.cpuUsage()
  const { results } = await watchman.report()
  expect(new Set(results.map(({ error }) => error))).toEqual(new Set(['refused ***']))
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(20_000)
})
