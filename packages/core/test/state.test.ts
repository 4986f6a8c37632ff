import { type CheckPolicy, createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { recorder } from './recorder.ts'

const up = async () => {}
const down = async () => {
  throw new Error('connect ECONNREFUSED')
}
const busy = async () => {
  throw Object.assign(new Error('pool has no free connection (10 of 10 in use)'), { critical: false })
}

/** What the endpoint tells of `checks` beside the body. */
async function told(checks: Parameters<typeof createWatchman>[0], path = '/') {
  const { status, headers, body } = await ask(createWatchman(checks), path)
  return { status, state: headers.get('x-watchman-status'), body }
}

describe('X-Watchman-Status', () => {
  test.each([
    ['ok', 200, up, up],
    ['degraded', 200, up, busy],
    ['failing', 500, busy, down],
  ])('is %s beside %d, on the status and on bare', async (state, status, one, other) => {
    const checks = [defineProbeCheck('databases', { one, other }), defineProbeCheck('email', up)]
    for (const path of ['/', '/bare']) {
      expect(await told({ checks }, path)).toMatchObject({ status, state })
    }
  })

  test('stands only where checks ran', async () => {
    const options = { checks: [defineProbeCheck('email', up)], tokens: 'T' }
    expect((await told(options, '/ping')).state).toBeNull()
    expect((await told(options)).state).toBeNull() // a 403
    expect((await told(options, '/?check=unknown&watchman-token=T')).state).toBeNull()
  })
})

describe('an error with critical: false', () => {
  test('degrades: ok: false with its cause, and HTTP 200', async () => {
    expect(await told({ checks: [defineProbeCheck('databases', { busy, up })] })).toEqual({
      status: 200,
      state: 'degraded',
      body: {
        databases: [
          { busy: { ok: false, error: 'pool has no free connection (10 of 10 in use)' } },
          { up: { ok: true } },
        ],
      },
    })
  })

  test('does so from a function, thrown or in its dict, and beside one that is critical it does not', async () => {
    const soft = Object.assign(new Error('full'), { critical: false })
    const thrown = defineCheck('disk', () => Promise.reject(soft))
    const held = defineCheck('disk', () => ({ disk: soft }))
    const mixed = defineCheck('disk', () => ({ disk: soft, other: { ok: false } }))
    for (const check of [thrown, held]) {
      expect(await told({ checks: [check] })).toEqual({
        status: 200,
        state: 'degraded',
        body: { disk: { ok: false, error: 'full' } },
      })
    }
    expect(await told({ checks: [mixed] })).toMatchObject({ status: 500, state: 'failing' })
  })
})

describe('critical: false', () => {
  test.each([
    ['probes', defineProbeCheck('search', { main: down }, { critical: false })],
    ['a probe', defineProbeCheck('search', down, { critical: false })],
    ['a function that throws', defineCheck('search', down, { critical: false })],
    [
      'a function that says so',
      defineCheck('search', () => ({ search: { ok: false } }), { critical: false }),
    ],
  ])('degrades a failing check of %s', async (_of, check) => {
    const { status, state, body } = await told({ checks: [check, defineProbeCheck('email', up)] })
    expect([status, state]).toEqual([200, 'degraded'])
    expect(JSON.stringify(body)).toMatch(/^{"search":.*"ok":false.*"email":{"ok":true}}$/)
  })

  test('spares no other check', async () => {
    const optional = defineProbeCheck('search', down, { critical: false })
    const checks = [optional, defineProbeCheck('email', down)]
    expect(await told({ checks })).toMatchObject({ status: 500, state: 'failing' })
  })

  test('holds back no detail, and details: none still does', async () => {
    const checks = [defineProbeCheck('search', down, { critical: false })]
    expect((await told({ checks, details: 'none' })).body).toEqual({ search: { ok: false } })
  })
})

describe('failAfter', () => {
  /** A check whose nth run fails where `fails` says so. */
  function flaky(fails: readonly boolean[], policy: CheckPolicy) {
    const runs: boolean[] = []
    const probe = async () => {
      const isDown = fails[runs.length] ?? false
      runs.push(isDown)
      if (isDown) throw new Error('down')
    }
    return { runs, check: defineProbeCheck('databases', { flaky: probe, up }, { ttl: 0, ...policy }) }
  }

  test('tolerates fewer failures in a row, with their cause; a success starts the count anew', async () => {
    const { check } = flaky([true, true, false, true, true, true, true, false], { failAfter: 3 })
    const watchman = createWatchman({ checks: [check] })
    const seen: unknown[] = []
    for (let round = 0; round < 8; round += 1) {
      const { status, headers, text } = await ask(watchman)
      seen.push(`${status} ${headers.get('x-watchman-status')} ${/"error":"(.*?)"/.exec(text)?.[1] ?? ''}`)
    }
    const tolerated = '200 degraded down'
    const failed = '500 failing down'
    expect(seen).toEqual([tolerated, tolerated, '200 ok ', tolerated, tolerated, failed, failed, '200 ok '])
  })

  test('counts runs, not requests', async () => {
    const { check, runs } = flaky([true], { failAfter: 2, ttl: 1000 })
    const watchman = createWatchman({ checks: [check] })
    for (let round = 0; round < 10; round += 1) expect((await ask(watchman)).status).toBe(200)
    for (let round = 0; round < 10; round += 1) {
      expect((await ask(watchman, '/?check=databases')).status).toBe(200)
    }
    expect(runs).toHaveLength(1)
  })

  test('counts what a function says in its dict', async () => {
    const check = defineCheck('queue', () => ({ queue: { ok: false } }), { failAfter: 2 })
    const watchman = createWatchman({ checks: [check] })
    expect([(await ask(watchman)).status, (await ask(watchman)).status]).toEqual([200, 500])
  })
})

test('each change of state is logged at its level', async () => {
  const { lines, logger } = recorder()
  const states = [up, busy, down, busy, up]
  const runs: unknown[] = []
  const probe = () => states[runs.push(1) - 1]?.()
  const watchman = createWatchman({
    checks: [defineProbeCheck('databases', { a: probe }, { ttl: 0 })],
    logger,
  })
  for (const _ of states) await ask(watchman)
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn [watchman] databases.a is degraded: pool has no free connection (10 of 10 in use)',
    'error [watchman] databases.a failed: connect ECONNREFUSED',
    'warn [watchman] databases.a is degraded: pool has no free connection (10 of 10 in use)',
    'info [watchman] databases.a works again',
  ])
})

describe('advice of a probe', () => {
  const advice = (given: readonly (string | undefined)[]) => {
    const asked: unknown[] = []
    return Object.assign(async () => {}, { advice: () => given[asked.push(1) - 1] })
  }

  test('is logged once, as soon as it is given, without secrets', async () => {
    const { lines, logger } = recorder()
    const probe = advice([undefined, "redis://:hunter2@cache has no 'error' listener", 'another'])
    const watchman = createWatchman({
      checks: [defineProbeCheck('caches', { a: probe }, { ttl: 0 })],
      logger,
    })
    for (let round = 0; round < 4; round += 1) await ask(watchman)
    expect(lines).toEqual([
      {
        level: 'warn',
        details: { subject: 'caches.a' },
        message: "[watchman] caches.a: redis://***@cache has no 'error' listener",
      },
    ])
  })

  test('of a probe without a name is that of its check; one that throws changes nothing', async () => {
    const { lines, logger } = recorder()
    const thrower = Object.assign(async () => {}, {
      advice: () => {
        throw new Error('no client')
      },
    })
    const checks = [defineProbeCheck('email', advice(['listen'])), defineProbeCheck('storage', thrower)]
    expect((await ask(createWatchman({ checks, logger }))).status).toBe(200)
    expect(lines.map(({ message }) => message)).toEqual(['[watchman] email: listen'])
  })
})
