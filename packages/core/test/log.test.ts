import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { viewPlugin } from './plugins.ts'
import { failing, hanging, healthy, scripted } from './probes.ts'
import { recordLog } from './record-log.ts'

describe('the log', () => {
  test('has one line for each change of state, with the full cause and without secrets', async () => {
    const { lines, logger } = recordLog()
    const state = { down: false }
    const probe = async () => {
      if (!state.down) return
      const cause = new Error('connect ECONNREFUSED redis://:hunter2@cache:6379')
      throw new Error('not connected', { cause })
    }
    const watchman = createWatchman({
      checks: [defineProbeCheck('caches', { default: probe, other: healthy }, { ttl: 0 })],
      logger,
      details: 'none',
    })
    for (const down of [false, false, true, true, true, false, false]) {
      state.down = down
      await ask(watchman)
    }
    const cause = 'not connected: connect ECONNREFUSED redis://***@cache:6379'
    expect(lines).toEqual([
      {
        level: 'error',
        details: {
          subject: 'caches.default',
          state: 'failing',
          error: cause,
          duration: expect.any(Number),
          stack: expect.stringMatching(/^Error: not connected\n.*log\.test\.ts/s),
        },
        message: `[watchman] caches.default failed: ${cause}`,
      },
      {
        level: 'info',
        details: { subject: 'caches.default', state: 'ok', duration: expect.any(Number) },
        message: '[watchman] caches.default works again',
      },
    ])
  })

  test('writes each change of state at its level', async () => {
    const { lines, logger } = recordLog()
    const busy = async () => {
      throw degraded('pool has no free connection (10 of 10 in use)')
    }
    const { probe } = scripted(healthy, busy, failing, busy, healthy)
    const check = defineProbeCheck('databases', { a: probe }, { ttl: 0 })
    const watchman = createWatchman({ checks: [check], logger })
    for (let round = 0; round < 5; round += 1) await ask(watchman)
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn [watchman] databases.a is degraded: pool has no free connection (10 of 10 in use)',
      'error [watchman] databases.a failed: down',
      'info [watchman] databases.a works again',
    ])
  })

  test('has the object of a function that fails by it, and a failure that is there from the start', async () => {
    const { messages, logger } = recordLog()
    const checks = [
      defineCheck('queue', () => ({ queue: { ok: false, length: 9 } })),
      defineProbeCheck('email', failing),
    ]
    const watchman = createWatchman({ checks, logger })
    await ask(watchman)
    await ask(watchman)
    expect(messages().sort()).toEqual([
      '[watchman] email failed: down',
      '[watchman] queue failed: {"queue":{"ok":false,"length":9}}',
    ])
  })

  test.each([
    ['null', null, 'returned null instead of an object such as { key: value }'],
    ['an error', new Error('too long'), 'too long'],
  ])('says what is wrong with a function that returned %s', async (_what, value, message) => {
    const { messages, logger } = recordLog()
    await ask(createWatchman({ checks: [defineCheck('queue', () => untyped(value))], logger }))
    expect(messages()).toEqual([`[watchman] queue failed: ${message}`])
  })

  test('has no stack traces in its messages', async () => {
    const { messages, logger } = recordLog()
    const check = defineCheck('queue', () => ({ queue: new Error('too long'), size: 5 }))
    await ask(createWatchman({ checks: [check], logger }))
    expect(messages()).toHaveLength(1)
    expect(messages()[0]).toMatch(/^\[watchman\] queue failed: .*too long/)
    expect(messages()[0]).not.toContain('log.test.ts')
  })

  test('has a view or an authorize that throws, which the answer does not show', async () => {
    const { messages, logger } = recordLog()
    const view = viewPlugin('own', () => Promise.reject(new Error('template')))
    const watchman = createWatchman({ plugins: [view], logger })
    expect((await ask(watchman, '/own')).text).not.toContain('template')
    await ask(watchman, '/own')
    expect(messages()).toEqual(['[watchman] view "own" failed: template'])
  })

  test('has one line for a check that returns a key of another, also when it is asked alone later', async () => {
    const { messages, logger } = recordLog()
    const checks = [
      { name: 'a', run: () => ({ x: 1 }) },
      { name: 'b', run: () => ({ x: 2 }) },
    ]
    const watchman = createWatchman({ checks, logger })
    for (const path of ['/', '/?check=b', '/', '/?check=b']) await ask(watchman, path)
    expect(messages()).toEqual(['[watchman] keys of b failed: returned the key "x" of another check'])
  })

  test('does not say that the keys work again where a group without the other check was asked', async () => {
    const { messages, logger } = recordLog()
    const checks = ['a', 'b', 'c'].map((name) => defineCheck(name, () => (name === 'c' ? {} : { x: name })))
    const watchman = createWatchman({ checks, logger })
    for (const path of ['/', '/?check=b&check=c', '/?skip=a', '/', '/?check=b&check=c'])
      await ask(watchman, path)
    expect(messages()).toEqual(['[watchman] keys of b failed: returned the key "x" of another check'])
  })

  test('has nothing about a run that close() aborts', async () => {
    const { lines, logger } = recordLog()
    const { probe } = scripted(healthy, hanging().probe)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 0 })], logger })
    await ask(watchman)
    const answer = ask(watchman)
    await watchman.close()
    await answer
    expect(lines).toEqual([])
  })
})

describe('a logger', () => {
  const fail = () => {
    throw new Error('disk full')
  }
  const reject = () => Promise.reject(new Error('disk full'))
  const hang = () => new Promise<never>(() => {})
  const thenable = untyped(() => Object.fromEntries([['then', fail]]))

  test.each([
    ['throws', fail],
    ['rejects', reject],
    ['never resolves', hang],
    ['returns a thenable that throws', thenable],
  ])('that %s changes no answer', async (_what, write) => {
    const setupWarning = () => 'listen'
    const checks = [
      defineProbeCheck(
        'email',
        Object.assign(() => failing(new AbortController().signal), { setupWarning }),
      ),
    ]
    const logger = { info: write, warn: write, error: write }
    const watchman = createWatchman({ checks, logger, plugins: [viewPlugin('own', fail)] })
    expect(await ask(watchman)).toMatchObject({ status: 500, body: { email: { ok: false, error: 'down' } } })
    expect((await ask(watchman, '/own')).status).toBe(500)
    expect((await ask(watchman, '/?check=email&check=x')).status).toBe(500)
    await new Promise((resolve) => setTimeout(resolve, 10)) // an unhandled rejection fails the test run
  })

  test('may be console, or an object whose methods need this', async () => {
    expect(() => createWatchman({ logger: console })).not.toThrow()
    class OwnLogger {
      readonly lines: string[] = []
      log(message: string) {
        this.lines.push(message)
      }
      warn(message: string) {
        this.log(message)
      }
      error(message: string) {
        this.log(message)
      }
    }
    const logger = new OwnLogger()
    const { probe } = scripted(failing, healthy)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 0 })], logger })
    for (let round = 0; round < 2; round += 1) await ask(watchman)
    expect(logger.lines).toEqual(['[watchman] email failed: down', '[watchman] email works again'])
  })
})

describe('a setup warning of a probe', () => {
  /** A healthy probe whose nth warning is the nth of these. */
  const warning = (...warnings: readonly (string | undefined)[]) => {
    const asked: unknown[] = []
    return Object.assign(async () => {}, { setupWarning: () => warnings[asked.push(1) - 1] })
  }

  test('is logged once, as soon as there is one, without secrets', async () => {
    const { lines, logger } = recordLog()
    const probe = warning(undefined, "redis://:hunter2@cache has no 'error' listener", 'another')
    const check = defineProbeCheck('caches', { a: probe }, { ttl: 0 })
    const watchman = createWatchman({ checks: [check], logger })
    for (let round = 0; round < 4; round += 1) await ask(watchman)
    expect(lines).toEqual([
      {
        level: 'warn',
        details: { subject: 'caches.a' },
        message: "[watchman] caches.a: redis://***@cache has no 'error' listener",
      },
    ])
  })

  test('names the check where the probe has no name', async () => {
    const { messages, logger } = recordLog()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', warning('listen'))], logger })
    expect((await ask(watchman)).status).toBe(200)
    expect(messages()).toEqual(['[watchman] email: listen'])
  })

  test('is also logged for a target with its own policy, and for one that only runs in the background', async () => {
    const { messages, logger } = recordLog()
    const targets = { own: { probe: warning('listen'), critical: false } }
    const checks = [
      defineProbeCheck('caches', targets),
      defineProbeCheck('email', warning('listen'), { interval: 60_000 }),
    ]
    const watchman = createWatchman({ checks, logger })
    watchman.start()
    await watchman.select({ check: ['caches'] }).report()
    expect(messages().sort()).toEqual(['[watchman] caches.own: listen', '[watchman] email: listen'])
    await watchman.close()
  })

  test('that throws changes nothing', async () => {
    const { lines, logger } = recordLog()
    const setupWarning = () => {
      throw new Error('no client')
    }
    const checks = [
      defineProbeCheck(
        'storage',
        Object.assign(async () => {}, { setupWarning }),
      ),
    ]
    expect((await ask(createWatchman({ checks, logger }))).status).toBe(200)
    expect(lines).toEqual([])
  })
})
