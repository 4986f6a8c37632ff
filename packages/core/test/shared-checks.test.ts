import {
  type Check,
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Plugin,
  type Probe,
} from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { pluginOf, viewPlugin } from './plugins.ts'
import { failing, healthy, scripted } from './probes.ts'
import { recordLog } from './record-log.ts'
import { sleep } from './sleep.ts'
import { thrownBy } from './thrown-by.ts'

describe('one check in two watchmen', () => {
  test('is asked by each of them, also at the same time', async () => {
    const { probe, runs } = scripted(() => sleep(10))
    const checks = [defineProbeCheck('databases', { a: probe })]
    const [one, other] = [createWatchman({ checks }), createWatchman({ checks })]
    await Promise.all([ask(one), ask(other)])
    expect(runs()).toBe(2)
    await Promise.all([ask(one), ask(other)])
    expect(runs()).toBe(2)
  })

  test('has a state in each of them', async () => {
    const { probe } = scripted(healthy, failing)
    const checks = [defineProbeCheck('email', probe)]
    const [one, other] = [createWatchman({ checks }), createWatchman({ checks })]
    expect([(await one.report()).state, (await other.report()).state]).toEqual(['ok', 'failing'])
    expect([one.snapshot().state, other.snapshot().state]).toEqual(['ok', 'failing'])
    await one.close()
    expect((await other.report()).results).toHaveLength(1)
  })

  test('has the defaults of each of them', async () => {
    const checks = [defineProbeCheck('email', failing)]
    const strict = createWatchman({ checks })
    const tolerant = createWatchman({ checks, defaults: { critical: false } })
    expect([(await strict.report()).state, (await tolerant.report()).state]).toEqual(['failing', 'degraded'])
  })

  test('has its setup warning logged by each of them', async () => {
    const [one, other] = [recordLog(), recordLog()]
    const probe = Object.assign(async () => {}, { setupWarning: () => 'listen' })
    const checks = [defineProbeCheck('caches', probe)]
    for (const { logger } of [one, other]) await ask(createWatchman({ checks, logger }))
    expect([one.messages(), other.messages()]).toEqual([
      ['[watchman] caches: listen'],
      ['[watchman] caches: listen'],
    ])
  })

  test('is joined by a plugin that both have', async () => {
    const hosts: unknown[] = []
    const plugin = pluginOf((host) => hosts.push(host))
    const checks = [defineProbeCheck('email', healthy)]
    createWatchman({ checks, plugins: [plugin] })
    createWatchman({ checks, plugins: [plugin] })
    expect(hosts).toHaveLength(2)
    expect(hosts[0]).not.toBe(hosts[1])
  })
})

describe('one check twice in a watchman', () => {
  test('is refused as DUPLICATE_NAME, however it was made', () => {
    const run = () => ({ x: 1 })
    const byHand: Check = { name: 'x', run }
    function x() {
      return {}
    }
    for (const check of [defineProbeCheck('x', healthy), defineCheck('x', run), byHand, x]) {
      const { code, message } = thrownBy(() => createWatchman({ checks: [check, check] }))
      expect([code, message]).toEqual(['DUPLICATE_NAME', '[watchman] two checks have the name "x"'])
    }
  })

  test('may be renamed, and is then asked for each of its names', async () => {
    const { probe, runs } = scripted(healthy)
    const check = defineProbeCheck('one', probe)
    const watchman = createWatchman({ checks: [check, { ...check, name: 'other' }] })
    expect((await ask(watchman)).body).toEqual({ one: { ok: true }, other: { ok: true } })
    expect(runs()).toBe(2)
  })
})

describe('changes after createWatchman have no effect', () => {
  test('to a check and its targets', async () => {
    const main: { probe: Probe; critical: boolean; timeout: number } = {
      probe: healthy,
      critical: true,
      timeout: 50,
    }
    const targets: Record<string, Probe | typeof main> = { main, other: healthy }
    const aliases = ['db']
    const check = { name: 'databases', aliases, targets, ttl: 0 }
    const checks: Check[] = [check]
    const watchman = createWatchman({ checks })
    check.name = 'renamed'
    check.ttl = 60_000
    aliases.push('new')
    aliases[0] = 'gone'
    main.probe = failing
    main.critical = false
    targets.main = failing
    targets.added = failing
    targets.other = failing
    checks.push(defineProbeCheck('email', failing))
    const expected = { databases: [{ main: { ok: true } }, { other: { ok: true } }] }
    expect((await ask(watchman)).body).toEqual(expected)
    expect((await ask(watchman, '/?check=db')).body).toEqual(expected)
    expect((await ask(watchman, '/?check=new')).status).toBe(404)
    expect((await ask(watchman, '/?check=renamed')).status).toBe(404)
    delete targets.main
    expect((await ask(watchman)).body).toEqual(expected)
  })

  test('to a check that defineCheck has made, and to the options that it was made with', async () => {
    const options = { ttl: 60_000, aliases: ['q'] }
    const { probe, runs } = scripted(async () => ({ queue: 1 }))
    const check = defineCheck('queue', () => untyped(probe(new AbortController().signal)), options)
    options.ttl = 0
    const watchman = createWatchman({ checks: [check] })
    Object.assign(check, { run: () => ({ queue: 2 }), ttl: 0, name: 'x', aliases: [] })
    for (let round = 0; round < 3; round += 1) expect((await ask(watchman)).body).toEqual({ queue: 1 })
    expect((await ask(watchman, '/?check=q')).body).toEqual({ queue: 1 })
    expect(runs()).toBe(1)
  })

  test('to the options of createWatchman', async () => {
    const { lines, logger } = recordLog()
    const tokens = ['T']
    const plugins: Plugin[] = [viewPlugin('page', () => new Response('page'))]
    const defaults = { timeout: 50, critical: true, failureThreshold: 1 }
    const options = {
      checks: [defineProbeCheck('email', failing, { ttl: 0 })],
      plugins,
      defaults,
      tokens,
      tokenName: 'key',
      failingStatus: 503,
      degradedStatus: 299,
      exposeVersion: true,
      stacktraces: false,
      deadline: 1000,
      logger,
    }
    const watchman = createWatchman(options)
    tokens.push('new')
    tokens[0] = 'gone'
    plugins.length = 0
    Object.assign(defaults, { critical: false, failureThreshold: 5 })
    Object.assign(options, {
      checks: [],
      tokens: undefined,
      tokenName: 'other',
      authorize: () => false,
      failingStatus: 200,
      exposeVersion: false,
      details: 'none',
      stacktraces: true,
      deadline: 1,
      logger: undefined,
    })
    const { status, body, headers } = await ask(watchman, '/?key=T')
    expect([status, body]).toEqual([503, { email: { ok: false, error: 'down' } }])
    expect(headers.get('x-watchman-version')).not.toBeNull()
    expect((await ask(watchman)).status).toBe(403)
    expect((await ask(watchman, '/?key=new')).status).toBe(403)
    expect((await ask(watchman, '/page?key=T')).text).toBe('page')
    expect(lines).toHaveLength(1)
  })

  test('to a plugin and to the options of its view', async () => {
    const options = { open: true }
    const plugin = { name: 'own', setup: viewPlugin('page', () => new Response('page'), options).setup }
    const watchman = createWatchman({ plugins: [plugin], tokens: 'T' })
    options.open = false
    plugin.name = ''
    plugin.setup = () => expect.unreachable('setup is called again')
    expect((await ask(watchman, '/page')).text).toBe('page')
  })

  test('to the names that a group was selected with', async () => {
    const watchman = createWatchman({
      checks: [defineProbeCheck('a', healthy), defineProbeCheck('b', healthy)],
    })
    const check = ['a']
    const group = watchman.select({ check })
    check[0] = 'b'
    check.push('x')
    expect((await group.report()).body).toEqual({ a: { ok: true } })
  })
})
