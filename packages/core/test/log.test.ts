import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { expect, test } from 'vitest'
import { ask } from './ask.ts'
import { recorder } from './recorder.ts'

test('each change of state is one line, with the full cause and without secrets', async () => {
  const { lines, logger } = recorder()
  const state = { down: false }
  const probe = async () => {
    if (!state.down) return
    const cause = new Error('connect ECONNREFUSED redis://:hunter2@cache:6379')
    throw new Error('not connected', { cause })
  }
  const watchman = createWatchman({
    checks: [defineProbeCheck('caches', { default: probe, other: async () => {} }, { ttl: 0 })],
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
        stack: expect.stringMatching(/^Error: not connected\n.*log\.test\.ts/s),
      },
      message: `[watchman] caches.default failed: ${cause}`,
    },
    {
      level: 'info',
      details: { subject: 'caches.default' },
      message: '[watchman] caches.default works again',
    },
  ])
})

test('a check that fails by its dict, and one that fails from the start, are logged', async () => {
  const { lines, logger } = recorder()
  const checks = [
    defineCheck('queue', () => ({ queue: { ok: false, length: 9 } })),
    defineProbeCheck('email', () => Promise.reject(new Error('down'))),
  ]
  const watchman = createWatchman({ checks, logger })
  await ask(watchman)
  await ask(watchman)
  expect(lines.map(({ message }) => message).sort()).toEqual([
    '[watchman] email failed: down',
    '[watchman] queue failed: {"queue":{"ok":false,"length":9}}',
  ])
})

test('a view or authorize that throws is logged, not shown', async () => {
  const { lines, logger } = recorder()
  const view = { path: 'own', render: () => Promise.reject(new Error('template')) }
  const watchman = createWatchman({ views: [view], logger })
  expect((await ask(watchman, '/own')).text).not.toContain('template')
  await ask(watchman, '/own')
  expect(lines.map(({ message }) => message)).toEqual(['[watchman] view "own" failed: template'])
})

test('a logger that throws changes no answer', async () => {
  const fail = () => {
    throw new Error('disk full')
  }
  const watchman = createWatchman({
    checks: [defineProbeCheck('email', () => Promise.reject(new Error('down')))],
    logger: { info: fail, warn: fail, error: fail },
  })
  expect(await ask(watchman)).toMatchObject({ status: 500, body: { email: { ok: false, error: 'down' } } })
})

test('console and the like fit', () => {
  expect(() => createWatchman({ logger: console })).not.toThrow()
})
