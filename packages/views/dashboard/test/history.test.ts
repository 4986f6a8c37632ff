import type { Report, State, TargetResult } from '@watchman/core'
import { expect, test } from 'vitest'
import { createHistory } from '../src/history.ts'

const run = (startedAt: number, state: State = 'ok', name = ''): TargetResult => ({
  name,
  state,
  startedAt,
  duration: 1,
})

/** A report of one check. */
const report = (name: string, ...targets: readonly TargetResult[]): Report => ({
  state: 'ok',
  status: 200,
  body: {},
  json: '{}',
  results: [{ name, state: 'ok', dict: {}, targets }],
})

/** What is remembered of a check after these runs. */
function after(...runs: readonly TargetResult[]) {
  const history = createHistory(3)
  for (const one of runs) history.add(report('email', one))
  return history.of('email', run(0))
}

test('keeps the latest runs, the oldest first', () => {
  expect(after(run(1), run(2), run(3), run(4)).runs.map(({ startedAt }) => startedAt)).toEqual([2, 3, 4])
})

test('counts a result that is reused once, and one that has become stale as new', () => {
  expect(after(run(1), run(1), run(1)).runs).toEqual([run(1)])
  expect(after(run(1), run(2), run(1)).runs).toEqual([run(1), run(2)])
  expect(after(run(1), run(1, 'failing'), run(1, 'failing')).runs).toEqual([run(1), run(1, 'failing')])
})

test('knows since when a target is in its state, also when the runs of then are forgotten', () => {
  expect(after(run(1), run(2), run(3), run(4), run(5))).toMatchObject({ since: 1, changed: false })
  expect(after(run(1), run(2, 'failing'), run(3, 'failing'))).toMatchObject({ since: 2, changed: true })
  const flapped = [run(1, 'failing'), run(2), run(3), run(4), run(5)]
  expect(after(...flapped)).toMatchObject({ since: 2, changed: true })
})

test('knows nothing of a target before its first run, nor of others of the same name', () => {
  const history = createHistory(3)
  history.add(report('a', run(1, 'failing', 'b.c')))
  history.add(report('a.b', run(2, 'degraded', 'c')))
  expect(history.of('a', run(9, 'ok', 'b.c')).runs).toEqual([run(1, 'failing', 'b.c')])
  expect(history.of('a.b', run(9, 'ok', 'c')).runs).toEqual([run(2, 'degraded', 'c')])
  expect(history.of('a', run(9))).toEqual({ runs: [], since: 0, changed: false })
})
