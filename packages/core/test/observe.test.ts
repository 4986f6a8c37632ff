import { createWatchman, defineProbeCheck, type Report, type View } from '@watchman/core'
import { expect, test, vi } from 'vitest'
import { ask } from './ask.ts'
import { recorder } from './recorder.ts'

const up = async () => {}

/** A view that keeps the reports it hears of. */
function keeper() {
  const reports: Report[] = []
  const view: View = {
    path: 'kept',
    render: ({ tokenName }) => new Response(tokenName),
    observe: (report) => void reports.push(report),
  }
  return { reports, view }
}

test('a view hears of each report once, whoever asked', async () => {
  const { reports, view } = keeper()
  const checks = [defineProbeCheck('databases', { a: up }), defineProbeCheck('email', up)]
  const watchman = createWatchman({ checks, views: [view] })
  for (let round = 0; round < 10; round += 1) await ask(watchman)
  await ask(watchman, '/bare?check=email')
  await watchman.run(new Request('http://localhost/?skip=email'))
  await ask(watchman, '/?check=unknown')
  const names = reports.map(({ results }) => results.map(({ name }) => name).join())
  expect(names).toEqual(['databases,email', 'email', 'databases'])
  const [whole, part] = reports.map(({ results }) => results.find(({ name }) => name === 'email'))
  expect(part?.targets[0]?.startedAt).toBe(whole?.targets[0]?.startedAt)
})

test('a view hears of what runs in the background, one check a report', async () => {
  const { reports, view } = keeper()
  const checks = [defineProbeCheck('email', up, { interval: 10 }), defineProbeCheck('caches', { a: up })]
  const watchman = createWatchman({ checks, views: [view] })
  watchman.start()
  await vi.waitFor(() => expect(reports.length).toBeGreaterThan(2))
  await watchman.close()
  expect(new Set(reports.map(({ json }) => json))).toEqual(new Set(['{"email":{"ok":true}}']))
})

test('a view that fails to hear changes no answer, and is logged once', async () => {
  const { lines, logger } = recorder()
  const view: View = {
    path: 'deaf',
    render: () => new Response(),
    observe: () => {
      throw new Error('full')
    },
  }
  const checks = [defineProbeCheck('email', up, { ttl: 0 })]
  const watchman = createWatchman({ checks, views: [view], logger })
  expect((await ask(watchman)).status).toBe(200)
  expect((await ask(watchman)).status).toBe(200)
  expect(lines.map(({ message }) => message)).toEqual(['[watchman] observer "deaf" failed: full'])
})

test('a view is told which parameter carries a token', async () => {
  const { view } = keeper()
  expect((await ask(createWatchman({ views: [view] }), '/kept')).text).toBe('watchman-token')
  expect((await ask(createWatchman({ views: [view], tokenName: 'key' }), '/kept')).text).toBe('key')
})

test('the keys of a check that meets those of another are one line, also when it is asked alone', async () => {
  const { lines, logger } = recorder()
  const checks = [
    { name: 'a', run: () => ({ x: 1 }) },
    { name: 'b', run: () => ({ x: 2 }) },
  ]
  const watchman = createWatchman({ checks, logger })
  for (const path of ['/', '/?check=b', '/', '/?check=b']) await ask(watchman, path)
  expect(lines.map(({ message }) => message)).toEqual([
    '[watchman] keys of b failed: returned the key "x" of another check',
  ])
})

test('HEAD ends what a view still writes, and has no body where a view throws', async () => {
  const ended: string[] = []
  const body = new ReadableStream({ cancel: () => void ended.push('stream') })
  const streaming: View = { path: 'stream', render: () => new Response(body) }
  const throwing: View = { path: 'throw', render: () => Promise.reject(new Error('template')) }
  const watchman = createWatchman({ views: [streaming, throwing] })
  expect(await ask(watchman, '/stream', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  expect(ended).toEqual(['stream'])
  expect(await ask(watchman, '/throw', { method: 'HEAD' })).toMatchObject({ status: 500, text: '' })
})
