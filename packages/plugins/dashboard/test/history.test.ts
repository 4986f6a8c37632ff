import type { State, TargetResult } from '@watchman/core'
import { expect, test } from 'vitest'
import { createHistory } from '../src/history.ts'

const run = (startedAt: number, since: number, state: State = 'ok', id = 'email'): TargetResult => ({
  id,
  check: 'email',
  name: '',
  state,
  error: 'x'.repeat(1000),
  details: { size: 1 },
  startedAt,
  duration: 1,
  since,
  failures: 0,
})

/** The history of `email` after these runs. */
function after(...runs: readonly TargetResult[]) {
  const history = createHistory(3)
  for (const one of runs) history.add(one)
  return history.get('email')
}

test('keeps the latest runs, the oldest first, without their errors and details', () => {
  expect(after(run(1, 1), run(2, 1), run(3, 3, 'failing'), run(4, 4)).runs).toEqual([
    { state: 'ok', startedAt: 2, duration: 1 },
    { state: 'failing', startedAt: 3, duration: 1 },
    { state: 'ok', startedAt: 4, duration: 1 },
  ])
})

test('remembers since when the first state lasted, also when its runs are no longer kept', () => {
  const runs = [run(1, 1), run(2, 1), run(3, 3, 'failing'), run(4, 4), run(5, 4), run(6, 4)]
  expect(after(...runs).firstSince).toBe(1)
})

test('has no runs of a target before its first one, nor those of another target', () => {
  const history = createHistory(3)
  history.add(run(1, 1, 'failing', 'a.b.c'))
  expect(history.get('a.b.c').runs).toHaveLength(1)
  expect(history.get('a.b')).toEqual({ runs: [] })
})
