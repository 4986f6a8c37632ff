import { createWatchman, defineProbeCheck } from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { pluginOf, recordResults, viewPlugin } from './plugins.ts'
import { failing, healthy, scripted, switchable } from './probes.ts'
import { recordLog } from './record-log.ts'
import { thrownBy } from './thrown-by.ts'

const checks = [defineProbeCheck('databases', { default: healthy })]
const body = { databases: [{ default: { ok: true } }] }

/** The status and the headers X-Watchman-Held and X-Watchman-Status of a path. */
async function heldOf(watchman: Parameters<typeof ask>[0], path = '/') {
  const { status, headers } = await ask(watchman, path)
  return [status, headers.get('x-watchman-held'), headers.get('x-watchman-status')]
}

describe('holdReadiness', () => {
  test('makes the root and bare answer 503, while the body and the states stay what they are', async () => {
    const watchman = createWatchman({ checks })
    const before = await watchman.report()
    watchman.holdReadiness('draining')
    expect(await heldOf(watchman)).toEqual([503, 'draining', 'ok'])
    expect(await heldOf(watchman, '/?check=databases')).toEqual([503, 'draining', 'ok'])
    expect(await heldOf(watchman, '/bare')).toEqual([503, 'true', 'ok'])
    expect((await ask(watchman)).body).toEqual(body)
    expect((await ask(watchman, '/bare')).text).toBe('')
    expect(await watchman.report()).toEqual({ ...before, held: 'draining' })
  })

  test('sets held in reports, snapshots and groups, also those that were selected before', async () => {
    const group: { held: () => Promise<unknown[]> }[] = []
    const plugin = pluginOf((host) => {
      const one = host.select({ check: ['databases'] })
      group.push({ held: async () => [one.snapshot().held, (await one.report()).held] })
    })
    const watchman = createWatchman({ checks, plugins: [plugin] })
    const selected = watchman.select({ check: ['databases.default'] })
    await watchman.report()
    await selected.report()
    const release = watchman.holdReadiness('draining')
    for (const one of [watchman, selected]) {
      expect([one.snapshot().held, (await one.report()).held]).toEqual(['draining', 'draining'])
    }
    expect(await group[0]?.held()).toEqual(['draining', 'draining'])
    release()
    for (const one of [watchman, selected]) {
      expect(one.snapshot()).not.toHaveProperty('held')
      expect(await one.report()).not.toHaveProperty('held')
    }
    expect(await group[0]?.held()).toEqual([undefined, undefined])
  })

  test('is ignored by ping, and left to the views of plugins', async () => {
    const view = viewPlugin('readyz', async ({ selected }) => {
      const { held, state } = await selected.report()
      return new Response(`${held} ${state}`)
    })
    const watchman = createWatchman({ checks, plugins: [view] })
    watchman.holdReadiness('draining')
    const ping = await ask(watchman, '/ping')
    expect([ping.status, ping.text, ping.headers.get('x-watchman-held')]).toEqual([200, 'pong', null])
    const readyz = await ask(watchman, '/readyz')
    expect([readyz.status, readyz.text, readyz.headers.get('x-watchman-held')]).toEqual([
      200,
      'draining ok',
      null,
    ])
  })

  test('applies to status and bare of a watchman', async () => {
    const watchman = createWatchman({ checks })
    watchman.holdReadiness('draining')
    const request = new Request('http://status.test/health')
    expect((await watchman.status(request)).status).toBe(503)
    expect((await watchman.bare(request)).status).toBe(503)
    expect((await watchman.ping(request)).status).toBe(200)
  })

  test.each([
    ['ok', healthy],
    ['degraded', () => Promise.reject(degraded('busy'))],
    ['failing', failing],
  ])('answers 503 while the state is %s, whatever the other options say', async (state, probe) => {
    const check = defineProbeCheck('email', probe)
    const watchman = createWatchman({ checks: [check], failingStatus: 200, degradedStatus: 299 })
    watchman.holdReadiness('maintenance')
    expect(await heldOf(watchman)).toEqual([503, 'maintenance', state])
    expect((await watchman.report()).state).toBe(state)
  })

  test('changes no 404, 403 or 405', async () => {
    const watchman = createWatchman({ checks, tokens: 'T' })
    watchman.holdReadiness('draining')
    expect(await heldOf(watchman)).toEqual([403, null, null])
    expect(await heldOf(watchman, '/nowhere')).toEqual([404, null, null])
    expect(await heldOf(watchman, '/?watchman-token=T&check=x')).toEqual([404, null, null])
    expect((await ask(watchman, '/', { method: 'PUT' })).status).toBe(405)
  })

  test('runs nothing, logs nothing, and is no event for listeners', async () => {
    const { lines, logger } = recordLog()
    const { events, plugin } = recordResults()
    const { probe, state } = switchable()
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe)], plugins: [plugin], logger })
    await ask(watchman)
    const release = watchman.holdReadiness('draining')
    await ask(watchman)
    release()
    await ask(watchman)
    expect([state.runs, events.length, lines]).toEqual([1, 1, []])
  })

  test('does not hide later changes of state', async () => {
    const { probe } = scripted(healthy, failing)
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 0 })] })
    watchman.holdReadiness('draining')
    expect(await heldOf(watchman)).toEqual([503, 'draining', 'ok'])
    expect(await heldOf(watchman)).toEqual([503, 'draining', 'failing'])
  })

  test('may be called while a report is being made', async () => {
    const watchman = createWatchman({ checks })
    const answer = ask(watchman)
    watchman.holdReadiness('draining')
    expect((await answer).headers.get('x-watchman-held')).toBe('draining')
    expect((await ask(watchman)).status).toBe(503)
  })
})

describe('the release of a hold', () => {
  test('makes the endpoint answer as before', async () => {
    const watchman = createWatchman({ checks })
    const release = watchman.holdReadiness('warming up')
    expect((await ask(watchman)).status).toBe(503)
    release()
    expect(await heldOf(watchman)).toEqual([200, null, 'ok'])
    expect(await heldOf(watchman, '/bare')).toEqual([200, null, 'ok'])
  })

  test('ends this hold only: with two, the other one remains', async () => {
    const watchman = createWatchman({ checks })
    const releaseFirst = watchman.holdReadiness('maintenance')
    const releaseSecond = watchman.holdReadiness('draining')
    expect((await watchman.report()).held).toBe('draining')
    releaseSecond()
    expect((await watchman.report()).held).toBe('maintenance')
    releaseFirst()
    expect((await watchman.report()).held).toBeUndefined()
    const releaseThird = watchman.holdReadiness('maintenance')
    watchman.holdReadiness('draining')
    releaseThird()
    expect((await watchman.report()).held).toBe('draining')
  })

  test('has no effect the second time, also beside a hold for the same reason', async () => {
    const watchman = createWatchman({ checks })
    const release = watchman.holdReadiness('draining')
    release()
    watchman.holdReadiness('draining')
    release()
    release()
    expect((await ask(watchman)).status).toBe(503)
  })

  test('is of one watchman only', async () => {
    const [one, other] = [createWatchman({ checks }), createWatchman({ checks })]
    one.holdReadiness('draining')
    expect([(await ask(one)).status, (await ask(other)).status]).toEqual([503, 200])
  })

  test('after close() changes nothing', async () => {
    const watchman = createWatchman({ checks })
    const release = watchman.holdReadiness('draining')
    await watchman.close()
    release()
    expect(await heldOf(watchman)).toEqual([503, null, null])
  })
})

describe('the reason of a hold', () => {
  test.each([undefined, null, '', ' ', 5, true, {}, ['draining'], () => 'draining'])(
    'must not be %j',
    (reason) => {
      const watchman = createWatchman({ checks })
      const { code, message } = thrownBy(() => watchman.holdReadiness(untyped(reason)))
      expect([code, message]).toEqual([
        'INVALID_OPTION',
        '[watchman] holdReadiness expects a reason, such as "draining"',
      ])
    },
  )

  test.each([
    ['rolling out v2', 'rolling%20out%20v2'],
    ['größe, 1', 'gr%C3%B6%C3%9Fe%2C%201'],
    ['a\r\nX-Other: x=1', 'a%0D%0AX-Other%3A%20x%3D1'],
    ['\ud800', '%EF%BF%BD'],
  ])('is encoded in the header: %j', async (reason, encoded) => {
    const watchman = createWatchman({ checks })
    watchman.holdReadiness(reason)
    expect((await ask(watchman)).headers.get('x-watchman-held')).toBe(encoded)
    expect((await watchman.report()).held).toBe(reason)
  })

  test.each(['x'.repeat(5000), 'ö'.repeat(5000), ` ${'ö'.repeat(5000)}`, '😀'.repeat(5000)])(
    'has at most 200 characters in the header, and no half of one (%#)',
    async (reason) => {
      const watchman = createWatchman({ checks })
      watchman.holdReadiness(reason)
      const header = (await ask(watchman)).headers.get('x-watchman-held') ?? ''
      expect(header.length).toBeLessThanOrEqual(200)
      expect(header.length).toBeGreaterThan(180)
      expect(reason.startsWith(decodeURIComponent(header))).toBe(true)
    },
  )
})

test('a selection without checks has the reason too, for plugins, and stays a 404', async () => {
  const watchman = createWatchman()
  watchman.holdReadiness('draining')
  expect(watchman.snapshot().held).toBe('draining')
  expect((await watchman.report()).held).toBe('draining')
  expect((await ask(watchman)).status).toBe(404)
})
