import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Probe,
  type Watchman,
  type WatchmanOptions,
} from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KubernetesOptions, kubernetes } from '../src/index.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A backend whose state the test sets. */
function backend() {
  const state = { is: 'up', runs: 0 }
  const probe: Probe = () => {
    state.runs += 1
    if (state.is === 'down') throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
    return state.is === 'hung' ? new Promise(() => {}) : 'pong'
  }
  return { state, probe }
}

/** A watchman of a database, two caches and the process, without any reuse of results. */
function start(options: KubernetesOptions = {}, more: WatchmanOptions = {}) {
  const [database, sessions, search] = [backend(), backend(), backend()]
  const warnings: string[] = []
  const ignore = () => {}
  const logger = { info: ignore, error: ignore, warn: (message: string) => warnings.push(message) }
  const watchman = createWatchman({
    checks: [
      defineProbeCheck('databases', { default: database.probe }),
      defineProbeCheck('caches', {
        sessions: sessions.probe,
        search: { probe: search.probe, critical: false },
      }),
      defineCheck('system', () => ({ system: { ok: true } })),
    ],
    defaults: { ttl: 0, failureTtl: 0 },
    plugins: [kubernetes(options)],
    logger,
    ...more,
  })
  return { watchman, warnings, database: database.state, sessions: sessions.state, search: search.state }
}

async function get(watchman: Watchman, path: string, wait = 0) {
  const answer = ask(watchman, path)
  await vi.advanceTimersByTimeAsync(wait)
  const { status, text } = await answer
  return `${status} ${text}`
}

describe('readyz', () => {
  test('answers ok while all targets work, also where one is not critical', async () => {
    const { watchman, search } = start()
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    search.is = 'down'
    expect(await get(watchman, '/readyz')).toBe('200 ok')
  })

  test('answers 503 with a line for each target while one fails, and keeps the reason to itself', async () => {
    const { watchman, sessions } = start({}, { tokens: 'T' })
    sessions.is = 'down'
    expect(await get(watchman, '/readyz')).toBe(
      `503 ${[
        '[+]databases.default ok',
        '[+]caches.search ok',
        '[-]caches.sessions failed: reason withheld',
        '[+]system ok',
        'readyz check failed',
        '',
      ].join('\n')}`,
    )
  })

  test('shows the reason to a request with the token only', async () => {
    const { watchman, database } = start({ ready: ['databases'] }, { tokens: 'T' })
    database.is = 'down'
    expect(await get(watchman, '/readyz?watchman-token=T')).toBe(
      '503 [-]databases.default failed: connect ECONNREFUSED 127.0.0.1:5432\nreadyz check failed\n',
    )
    expect(await get(watchman, '/readyz?watchman-token=x')).toContain('failed: reason withheld')
  })

  test('asks the targets that are named, and nothing else', async () => {
    const { watchman, database, sessions } = start({ ready: ['caches.sessions'] })
    database.is = 'down'
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    expect([database.runs, sessions.runs]).toEqual([0, 1])
  })

  test('lists the targets with ?verbose, degraded ones too', async () => {
    const { watchman, search } = start({ ready: ['caches'] })
    search.is = 'down'
    expect(await get(watchman, '/readyz?verbose')).toBe(
      '200 [+]caches.search degraded: connect ECONNREFUSED 127.0.0.1:5432\n[+]caches.sessions ok\nreadyz check passed\n',
    )
  })

  test('answers for one target or one check below it, and 404 for others', async () => {
    const { watchman, database } = start()
    database.is = 'down'
    expect(await get(watchman, '/readyz/caches/sessions')).toBe('200 ok')
    expect(await get(watchman, '/readyz/caches?verbose')).toContain(
      '200 [+]caches.search ok\n[+]caches.sessions ok\n',
    )
    expect(await get(watchman, '/readyz/databases/default')).toContain('503 ')
    expect(await get(watchman, '/readyz/system')).toBe('200 ok')
    for (const path of [
      '/readyz/databases/other',
      '/readyz/databases.default',
      '/readyz/x',
      '/readyz/caches/sessions/x',
    ]) {
      expect(await get(watchman, path)).toMatch(/^404 /)
    }
  })

  test('leaves out what ?exclude names, and warns of what it does not know', async () => {
    const { watchman, database, sessions } = start()
    database.is = 'down'
    sessions.is = 'down'
    expect(await get(watchman, '/readyz?exclude=databases&exclude=caches.sessions')).toBe('200 ok')
    expect(await get(watchman, '/readyz?exclude=databases.default&exclude=chaces')).toBe(
      `503 ${[
        '[+]databases.default excluded: ok',
        '[+]caches.search ok',
        '[-]caches.sessions failed: connect ECONNREFUSED 127.0.0.1:5432',
        '[+]system ok',
        'warn: some health checks cannot be excluded: no matches for "chaces"',
        'readyz check failed',
        '',
      ].join('\n')}`,
    )
  })

  test('answers 503 while readiness is held, and after close()', async () => {
    const { watchman } = start({ ready: ['system'] }, { tokens: 'T' })
    const release = watchman.holdReadiness('draining')
    expect(await get(watchman, '/readyz')).toBe(
      '503 [+]system ok\n[-]readiness failed: reason withheld\nreadyz check failed\n',
    )
    expect(await get(watchman, '/readyz?watchman-token=T')).toContain('[-]readiness failed: draining')
    release()
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    await watchman.close()
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
  })

  test('answers at its deadline with the latest results', async () => {
    const { watchman, database } = start({ deadline: 300 })
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    database.is = 'hung'
    expect(await get(watchman, '/readyz', 300)).toBe('200 ok')
    const fresh = start({ deadline: 300 })
    fresh.database.is = 'hung'
    expect(await get(fresh.watchman, '/readyz', 300)).toContain('[-]databases.default pending: no result yet')
    await watchman.close()
    await fresh.watchman.close()
  })

  test('waits no longer than the targets take where its deadline is above their timeouts', async () => {
    const { watchman, database } = start({ deadline: 60_000, ready: ['databases'] })
    database.is = 'hung'
    expect(await get(watchman, '/readyz', 5001)).toContain('failed: timed out after 5000 ms')
    await watchman.close()
  })

  test('leaves no timer', async () => {
    const { watchman } = start()
    await get(watchman, '/readyz')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('answers HEAD without a body', async () => {
    const { watchman } = start()
    const response = await watchman.fetch(new Request('http://localhost/readyz', { method: 'HEAD' }))
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  test('answers 200 or 503, whatever failingStatus says', async () => {
    const { watchman, database } = start({}, { failingStatus: 200, degradedStatus: 500 })
    database.is = 'down'
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
    database.is = 'up'
    expect(await get(watchman, '/readyz')).toMatch(/^200 /)
  })

  test('is ready where there is no check at all', async () => {
    const watchman = createWatchman({ plugins: [kubernetes()] })
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    watchman.holdReadiness('draining')
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
    await watchman.close()
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
  })
})

describe('a shared target', () => {
  const shared: KubernetesOptions = { ready: ['databases', 'caches.sessions'], shared: ['databases'] }

  test('holds the instance back until its first success, and does not take it out after that', async () => {
    const { watchman, database } = start({ ...shared, jitter: 0 })
    database.is = 'down'
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
    database.is = 'up'
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    for (const state of ['down', 'up', 'down']) {
      database.is = state
      expect(await get(watchman, '/readyz')).toBe('200 ok')
    }
    expect(await get(watchman, '/readyz?verbose')).toContain(
      '200 [+]databases.default degraded: connect ECONNREFUSED',
    )
  })

  test('that hangs does not take the instance out either', async () => {
    const { watchman, database } = start(shared)
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    database.is = 'hung'
    for (let round = 0; round < 40; round += 1) expect(await get(watchman, '/readyz', 1000)).toBe('200 ok')
    await watchman.close()
  })

  test('changes nothing for the other targets', async () => {
    const { watchman, sessions } = start(shared)
    expect(await get(watchman, '/readyz')).toBe('200 ok')
    sessions.is = 'down'
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
  })

  test('that is failing is failing for the JSON of the endpoint', async () => {
    const { watchman, database } = start(shared)
    await get(watchman, '/readyz')
    database.is = 'down'
    expect((await ask(watchman)).status).toBe(500)
  })

  test('delays the first readiness of an instance that had to wait, at random', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { watchman, database } = start({ ...shared, jitter: 4000 })
    database.is = 'down'
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
    database.is = 'up'
    expect(await get(watchman, '/readyz')).toContain('[-]readiness pending: delayed at random')
    await vi.advanceTimersByTimeAsync(1999)
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
    expect(await get(watchman, '/readyz/databases')).toBe('200 ok') // one target is no instance
    await vi.advanceTimersByTimeAsync(1)
    expect(await get(watchman, '/readyz')).toBe('200 ok')
  })

  test('delays nothing where the instance could be ready at once, or where nothing is shared', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    expect(await get(start(shared).watchman, '/readyz')).toBe('200 ok')
    const { watchman, database } = start({ ready: ['databases'] })
    database.is = 'down'
    expect(await get(watchman, '/readyz')).toMatch(/^503 /)
    database.is = 'up'
    expect(await get(watchman, '/readyz')).toBe('200 ok')
  })
})

describe('startupz', () => {
  test('answers 503 until each target was ok once, then 200', async () => {
    const { watchman, database, sessions } = start({ startup: ['databases', 'caches.sessions'] })
    database.is = 'down'
    expect(await get(watchman, '/startupz')).toBe(
      '503 [-]databases.default failed: connect ECONNREFUSED 127.0.0.1:5432\n[+]caches.sessions ok\nstartupz check failed\n',
    )
    sessions.is = 'down' // it was ok once
    database.is = 'up'
    expect(await get(watchman, '/startupz')).toBe('200 ok')
    database.is = 'down'
    watchman.holdReadiness('draining')
    expect(await get(watchman, '/startupz')).toBe('200 ok')
  })

  test('asks the targets of ready where it names none', async () => {
    const { watchman, database } = start({ ready: ['caches.sessions'] })
    database.is = 'down'
    expect(await get(watchman, '/startupz')).toBe('200 ok')
  })

  test('stays 503 after close() where the application had not started', async () => {
    const { watchman, database } = start()
    database.is = 'down'
    await get(watchman, '/startupz')
    await watchman.close()
    expect(await get(watchman, '/startupz')).toMatch(/^503 /)
  })
})

describe('livez', () => {
  test('asks nothing, and answers 200 whatever fails, while draining and after close()', async () => {
    const { watchman, warnings, database } = start()
    database.is = 'down'
    expect(await get(watchman, '/livez')).toBe('200 ok')
    watchman.holdReadiness('draining')
    expect(await get(watchman, '/livez')).toBe('200 ok')
    await watchman.close()
    expect(await get(watchman, '/livez')).toBe('200 ok')
    expect([database.runs, warnings]).toEqual([0, []])
  })

  test('asks the targets that are named, and warns at start where that is a backend', async () => {
    const own = start({ live: ['system'] })
    expect(own.warnings).toEqual([])
    expect(await get(own.watchman, '/livez?verbose')).toBe('200 [+]system ok\nlivez check passed\n')
    const { watchman, warnings, database } = start({ live: ['databases', 'system'] })
    expect(warnings).toEqual([
      '[watchman] plugin "kubernetes": live contains databases.default: while it fails, Kubernetes restarts the container, which repairs no backend',
    ])
    database.is = 'down'
    expect(await get(watchman, '/livez')).toMatch(/^503 /)
    await watchman.close()
    expect(await get(watchman, '/livez')).toBe('200 ok')
  })
})

describe('options that cannot work', () => {
  test.each<[options: unknown, message: string]>([
    [{ ready: ['database'] }, 'plugin "kubernetes" selects "database", which does not exist'],
    [{ startup: ['x'] }, 'plugin "kubernetes" selects "x", which does not exist'],
    [{ live: ['x'] }, 'plugin "kubernetes" selects "x", which does not exist'],
    [{ shared: ['x'] }, 'plugin "kubernetes" selects "x", which does not exist'],
    [
      { ready: [] },
      'option ready of kubernetes must be a list of names of checks and targets, with at least one',
    ],
    [{ ready: 'databases' }, 'option ready of kubernetes must be a list of names'],
    [{ live: [''] }, 'option live of kubernetes must be a list of names'],
    [
      { ready: ['caches'], shared: ['databases'] },
      'option shared of kubernetes contains databases.default, which ready does not select',
    ],
    [{ deadline: 0 }, 'option deadline of kubernetes must be a number from 1'],
    [{ jitter: -1 }, 'option jitter of kubernetes must be a number from 0'],
    [{ redy: ['databases'] }, 'kubernetes has no option "redy"'],
  ])('%o are refused', (options, message) => {
    expect(() => start(untyped(options))).toThrow(message)
  })

  test('undefined ones are as if they were not there', async () => {
    const none = {
      ready: undefined,
      startup: undefined,
      live: undefined,
      shared: undefined,
      deadline: undefined,
      jitter: undefined,
    }
    expect(await get(start(none).watchman, '/readyz')).toBe('200 ok')
  })
})
