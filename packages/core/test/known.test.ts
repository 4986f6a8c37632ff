import { createWatchman, defineCheck, defineProbeCheck, type Report, type View } from '@watchman/core'
import { expect, test, vi } from 'vitest'
import { ask, hanging } from './ask.ts'

/** A view that answers with what is known, and keeps the reports. */
function teller() {
  const reports: Report[] = []
  const view: View = {
    path: 'known',
    render({ known }) {
      const report = known()
      reports.push(report)
      return new Response(report.json, { status: report.status })
    },
  }
  return { reports, view }
}

const up = async () => {}
const statesOf = (report?: Report) =>
  report?.results.flatMap(({ targets }) => targets.map(({ state }) => state))

test('what was not run yet is pending, and nothing is run for it', async () => {
  const { reports, view } = teller()
  const { probe, started } = hanging()
  const checks = [
    defineProbeCheck('databases', { a: probe, b: probe }),
    defineCheck('x', () => ({ x: 1 }), { ttl: 1 }),
  ]
  const watchman = createWatchman({ checks, views: [view] })
  expect((await ask(watchman, '/known')).status).toBe(503)
  expect(started()).toBe(0)
  expect(reports[0]).toMatchObject({
    state: 'pending',
    body: { databases: [{}, {}] },
    results: [
      {
        name: 'databases',
        state: 'pending',
        targets: [{ name: 'a', startedAt: 0, duration: 0 }, { name: 'b' }],
      },
      { name: 'x', state: 'pending', targets: [{ name: '' }] },
    ],
  })
})

test('each target is known as soon as it has answered, though another hangs', async () => {
  const { reports, view } = teller()
  const down = () => Promise.reject(new Error('gone'))
  const checks = [defineProbeCheck('databases', { a: hanging().probe, b: up, c: down }, { timeout: 60_000 })]
  const watchman = createWatchman({ checks, views: [view] })
  void ask(watchman)
  await vi.waitFor(async () => {
    const { status, text } = await ask(watchman, '/known')
    expect([status, text]).toEqual([
      500,
      '{"databases":[{},{"b":{"ok":true}},{"c":{"ok":false,"error":"gone"}}]}',
    ])
  })
  expect(statesOf(reports.at(-1))).toEqual(['pending', 'ok', 'failing'])
  await watchman.close()
})

test('what has answered once stays known while it is asked again', async () => {
  const { view } = teller()
  const answers = [up, hanging().probe]
  const checks = [defineProbeCheck('email', () => answers.shift()?.(), { ttl: 0 })]
  const watchman = createWatchman({ checks, views: [view] })
  await ask(watchman)
  void ask(watchman)
  expect(await ask(watchman, '/known')).toMatchObject({ status: 200, text: '{"email":{"ok":true}}' })
  await watchman.close()
})

test('what a function answered to one request is not told to another', async () => {
  const { view } = teller()
  const own = defineCheck('own', (request) => ({ own: request.url }))
  const shared = defineCheck('shared', () => ({ shared: 1 }), { ttl: 0 })
  const watchman = createWatchman({ checks: [own, shared], views: [view] })
  await ask(watchman, '/?secret')
  expect((await ask(watchman, '/known')).text).toBe('{"shared":1}')
})

test('a function is known to the request that it has answered, though another check hangs', async () => {
  const told: string[] = []
  const view: View = {
    path: 'page',
    async render({ report, known }) {
      void report()
      await vi.waitFor(() => expect(known().json).toContain('own'))
      told.push(known().json)
      return new Response()
    },
  }
  const checks = [
    defineCheck('own', (request) => ({ own: request.url })),
    defineProbeCheck('email', hanging().probe, { timeout: 60_000 }),
  ]
  const watchman = createWatchman({ checks, views: [view] })
  await ask(watchman, '/page?one')
  await ask(watchman, '/page?two')
  expect(told).toEqual(['one', 'two'].map((query) => `{"own":"http://status.test/page?${query}"}`))
  await watchman.close()
})

test('knows nothing of the checks of another, though they share a target', async () => {
  const { view } = teller()
  const checks = [defineProbeCheck('email', up)]
  await ask(createWatchman({ checks }))
  expect((await ask(createWatchman({ checks, views: [view] }), '/known')).status).toBe(503)
})

test('?check= and ?skip= choose what is told, and none left is 404', async () => {
  const { view } = teller()
  const checks = [defineProbeCheck('email', up), defineProbeCheck('caches', up)]
  const watchman = createWatchman({ checks, views: [view] })
  await ask(watchman)
  expect((await ask(watchman, '/known?skip=email')).text).toBe('{"caches":{"ok":true}}')
  expect((await ask(watchman, '/known?check=x')).status).toBe(404)
})

test('a conflict of keys is told and not logged again', async () => {
  const { view } = teller()
  const lines: string[] = []
  const write = (_: object, line: string) => void lines.push(line)
  const checks = ['a', 'b'].map((name) => defineCheck(name, () => ({ x: name }), { ttl: 60_000 }))
  const watchman = createWatchman({
    checks,
    views: [view],
    logger: { info: write, warn: write, error: write },
  })
  await ask(watchman, '/?check=b')
  await ask(watchman, '/known')
  expect(lines).toEqual([])
  await ask(watchman)
  expect((await ask(watchman, '/known')).text).toContain('of another check')
  expect(lines).toEqual(['[watchman] keys of b failed: returned the key "x" of another check'])
})
